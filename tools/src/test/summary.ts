import { relative } from 'node:path'
import { embeddedLabels, engines, suiteTitle } from '@accounts/shared/testing/engine-labels'
import type { VitestReport } from './vitest-report.ts'

export type Counts = { passed: number; failed: number; skipped: number }
export type SuiteResult = Counts & { suite: string; label: string }
export type Fault = { where: string; what: string }
export type Summary = { total: Counts; suites: SuiteResult[]; rest: Counts; faults: Fault[] }

const labels = [...Object.values(engines).map(({ label }) => label), ...Object.values(embeddedLabels)]

const splitTitle = (title: string) => {
  const label = labels.find((known) => title.endsWith(suiteTitle('', known)))
  return label && { suite: title.slice(0, -suiteTitle('', label).length), label }
}

const noCounts = (): Counts => ({ passed: 0, failed: 0, skipped: 0 })

const add = (counts: Counts, status: string) => {
  counts[status === 'passed' || status === 'failed' ? status : 'skipped'] += 1
}

/** A file that did not load, or a hook outside of the tests, fails without a failed test. */
const findFaults = (report: VitestReport, root: string): Fault[] =>
  report.testResults
    .filter(
      (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
    )
    .map((file) => ({
      where: relative(root, file.name),
      what: file.message.split('\n')[0] || 'a hook outside of its tests failed, see above',
    }))

export const summarise = (
  report: VitestReport | null,
  exit: { code: number | null; how: string },
  root: string,
): Summary => {
  const suites = new Map<string, SuiteResult>()
  const rest = noCounts()
  const total = noCounts()
  for (const { ancestorTitles, status } of report?.testResults.flatMap((file) => file.assertionResults) ??
    []) {
    const named = ancestorTitles.map(splitTitle).find(Boolean)
    add(total, status)
    if (!named) {
      add(rest, status)
      continue
    }
    const key = JSON.stringify(named)
    const result = suites.get(key) ?? { ...named, ...noCounts() }
    add(result, status)
    suites.set(key, result)
  }
  const faults = report ? findFaults(report, root) : []
  if ((exit.code !== 0 || report === null) && total.failed + faults.length === 0) {
    const what =
      report === null ? `${exit.how} and left no report` : `${exit.how} though no test failed, see above`
    faults.push({ where: 'vitest', what })
  }
  total.failed += faults.length
  return { total, suites: [...suites.values()], rest, faults }
}
