import { members, shortened, table } from '../../domain/printed.ts'
import type { EventEntry } from './event-entry.ts'

const columns = ['ID', 'KIND', 'TYPE', 'ACCOUNT', 'WHEN', 'TRIED', 'REASON'] as const
export const eventTable = (entries: readonly EventEntry[]) => table(columns, entries.map(cellsOf))

const cellsOf = (entry: EventEntry): string[] => [
  // Whole: it is what the other commands are given.
  entry.id,
  entry.kind,
  shortened(entry.type),
  shown(entry.accountId),
  shown((entry.parkedAt ?? entry.occurredAt)?.toISOString()),
  shown(entry.attempts),
  shortened(entry.reason ?? '-'),
]

export const eventText = (entry: EventEntry) =>
  members({
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

const shown = (value: string | number | null | undefined) => String(value ?? '-')
