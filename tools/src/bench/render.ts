import type { Outcome, Result } from './scenario.ts'
import { meets, type Target } from './statistics.ts'

type Row = readonly [string, string, string, string, string, string, string]

const nothing = '–'

export const renderResults = (results: readonly Result[]): string => {
  const rows: Row[] = [['SCENARIO', 'A', 'B', 'RATIO', 'SPREAD', 'TARGET', 'MET'], ...results.map(rowOf)]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export const renderNotes = (outcomes: readonly (Outcome & { name: string; about: string })[]): string =>
  outcomes
    .flatMap(({ name, about, notes }) => [`${name}: ${about}`, ...notes.map((note) => `  ${note}`)])
    .join('\n')

const rowOf = ({ what, unit, measured, limit, ratio, lowest, highest, target }: Result): Row => [
  what,
  `${figure(measured)} ${unit}`,
  `${figure(limit)} ${unit}`,
  ratio.toFixed(2),
  `${lowest.toFixed(2)}–${highest.toFixed(2)}`,
  target === undefined ? nothing : inWords(target),
  target === undefined ? nothing : meets(ratio, target) ? 'yes' : 'no',
]

const inWords = (target: Target) =>
  'atLeast' in target ? `≥ ${target.atLeast.toFixed(2)}` : `≤ ${target.atMost.toFixed(2)}`

const figure = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
