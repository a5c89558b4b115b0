import type { EventEntry } from './event-entry.ts'

const columns = ['ID', 'KIND', 'TYPE', 'ACCOUNT', 'WHEN', 'TRIED', 'REASON'] as const
const widest = 60

export const eventTable = (entries: readonly EventEntry[]) => {
  const rows = [[...columns], ...entries.map(cellsOf)]
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const cellsOf = (entry: EventEntry): string[] => [
  // Whole: it is what the other commands are given.
  printable(entry.id),
  entry.kind,
  cell(entry.type),
  shown(entry.accountId),
  shown((entry.parkedAt ?? entry.occurredAt)?.toISOString()),
  shown(entry.attempts),
  cell(entry.reason ?? '-'),
]

export const eventText = (entry: EventEntry) =>
  Object.entries({
    id: entry.id,
    kind: entry.kind,
    type: entry.type,
    account: shown(entry.accountId),
    request: shown(entry.requestId),
    occurred: shown(entry.occurredAt?.toISOString()),
    parked: shown(entry.parkedAt?.toISOString()),
    tried: shown(entry.attempts),
    reason: shown(entry.reason),
    headers: JSON.stringify(entry.headers),
    body: entry.body,
  })
    .map(([name, value]) => `${`${name}:`.padEnd(10)}${printable(value)}`)
    .join('\n')

const shown = (value: string | number | null | undefined) => String(value ?? '-')

const cell = (text: string) => {
  const plain = printable(text)
  return plain.length > widest ? `${plain.slice(0, widest - 1)}…` : plain
}

/** Anybody may have written it: nothing of it may move the cursor of a terminal, or turn its text round. */
export const printable = (text: string) =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
