import type { EngineName } from '@accounts/shared/testing/engine-labels'
import type { Outcome } from '../engines/engine.ts'
import type { Counts, Summary } from './summary.ts'

export type EngineState = Outcome | { name: EngineName; label: string; state: 'left out' }

type Row = [suite: string, engine: string, source: string, result: string]

const nothing = '–'

const countsInWords = ({ passed, failed, skipped }: Counts) => {
  const words = [failed && `${failed} failed`, passed && `${passed} passed`, skipped && `${skipped} skipped`]
  return words.filter(Boolean).join(', ')
}

const whyAbsent = (state: EngineState | undefined, excused: readonly EngineName[]): string | undefined => {
  if (state === undefined || state.state === 'ready') return undefined
  if (state.state === 'left out') return 'skipped: left out by TEST_ENGINES'
  return `skipped: ${state.reason}${excused.includes(state.name) ? ' (excused)' : ''}`
}

const engineCells = (label: string, state: EngineState | undefined): [engine: string, source: string] => {
  if (state === undefined) return [label, 'embedded']
  return state.state === 'ready' ? [`${label} ${state.version}`, state.source] : [label, nothing]
}

export const tableRows = (
  summary: Summary,
  states: readonly EngineState[],
  excused: readonly EngineName[],
): Row[] => {
  const suites = [...summary.suites].sort(
    (a, b) => a.suite.localeCompare(b.suite) || a.label.localeCompare(b.label),
  )
  const unused = states.filter(({ label }) => suites.every((suite) => suite.label !== label))
  const { rest, faults } = summary
  return [
    ...suites.map(({ suite, label, ...counts }): Row => {
      const state = states.find((candidate) => candidate.label === label)
      return [suite, ...engineCells(label, state), whyAbsent(state, excused) ?? countsInWords(counts)]
    }),
    ...(countsInWords(rest) ? [['all other tests', 'none needed', nothing, countsInWords(rest)] as Row] : []),
    ...unused.map((state): Row => {
      return ['(no suite)', ...engineCells(state.label, state), whyAbsent(state, excused) ?? 'not used']
    }),
    ...faults.map(({ where, what }): Row => [where, nothing, nothing, `failed: ${what}`]),
  ]
}

export const formatTable = (rows: readonly Row[]): string => {
  const all: Row[] = [['Suite', 'Engine', 'From', 'Result'], ...rows]
  const width = (column: number) => Math.max(...all.map((row) => row[column]?.length ?? 0))
  const widths = [width(0), width(1), width(2), 0]
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n')
}
