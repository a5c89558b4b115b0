import type { Reporter, TestCase, TestModule } from 'vitest/node'

interface ReporterNeeds {
  say: (line: string) => void
  interrupted: AbortSignal
}

/** One line for each test, and below it what was wrong. */
export const createReporter = ({ say, interrupted }: ReporterNeeds) => {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  const told = new Set<string>()

  const tell = (state: keyof typeof counts, what: string, details: readonly string[]) => {
    counts[state] += 1
    say(`${words[state].padEnd(8)}${what}`)
    for (const detail of details) say(detail.replaceAll(/^/gm, ' '.repeat(8)))
  }

  const onTestCaseResult = (test: TestCase) => {
    const result = test.result()
    // An interrupted run reports once more what it had reported.
    if (told.has(test.id)) return
    told.add(test.id)
    const notes = test.annotations().map(({ message }) => message)
    const seconds = ((test.diagnostic()?.duration ?? 0) / 1000).toFixed(1)
    if (result.state === 'passed') tell('passed', `${test.name} (${seconds} s)`, notes)
    if (result.state === 'failed') tell('failed', test.name, [...notes, ...result.errors.map(messageOf)])
    // Without a note it was left out by --only.
    if (result.state === 'skipped' && result.note !== undefined && !interrupted.aborted)
      tell('skipped', test.name, [result.note])
  }

  const onTestRunEnd = (modules: readonly TestModule[], unhandled: readonly { message: string }[]) => {
    const suites = modules.flatMap((module) => [module, ...module.children.allSuites()])
    const faults = suites.flatMap((suite) => suite.errors()).map(messageOf)
    if (faults.length > 0) tell('failed', 'before or after the tests', faults)
    if (unhandled.length > 0) tell('failed', 'besides the tests', unhandled.map(messageOf))
  }

  const reporter: Reporter = { onTestCaseResult, onTestRunEnd }
  return { reporter, counts }
}

const words = { passed: 'ok', failed: 'FAILED', skipped: 'skipped' }

const messageOf = ({ message }: { message: string }) => message
