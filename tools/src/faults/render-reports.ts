import type { TrialReport } from './run-trial.ts'

/** One line for each scenario and pair of engines, its trials summed up. */
export const renderReports = (reports: readonly TrialReport[]): string => {
  const groups = new Map<string, TrialReport[]>()
  for (const report of reports) {
    const name = `${report.number} ${report.kind}`
    groups.set(name, [...(groups.get(name) ?? []), report])
  }
  const sum = (group: readonly TrialReport[], count: (report: TrialReport) => number) =>
    String(group.reduce((total, report) => total + count(report), 0))
  const rows = [...groups.values()].map((group) => {
    const [first] = group
    const failed = group.filter(({ faults }) => faults.length > 0)
    return [
      String(first?.number),
      first?.title ?? '',
      first?.kind ?? '',
      String(group.length),
      sum(group, ({ accounts }) => accounts),
      sum(group, ({ kills }) => kills),
      sum(group, ({ published }) => published),
      sum(group, ({ duplicates }) => duplicates),
      sum(group, ({ effects }) => effects),
      failed.length === 0 ? 'ok' : `FAILED: seed ${failed.map(({ seed }) => seed).join(', ')}`,
      group.length === 1 ? (first?.notes ?? '') : '',
    ]
  })
  const titles = [
    '',
    'FAULT',
    'ENGINES',
    'TRIALS',
    'ACCOUNTS',
    'KILLS',
    'PUBLISHED',
    'TWICE',
    'EVENTS',
    'RESULT',
    '',
  ]
  const table = [titles, ...rows]
  const widths = titles.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
