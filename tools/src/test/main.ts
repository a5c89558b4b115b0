import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineNames, engines } from '@accounts/shared/testing/engine-labels'
import { endEngines, startEngines } from '../engines/start-engines.ts'
import type { Outcome } from '../engines/engine.ts'
import { runVitest } from './run-vitest.ts'
import { readSelection, SelectionError } from './selection.ts'
import type { Selection } from './selection.ts'
import { summarise } from './summary.ts'
import { formatTable, tableRows } from './table.ts'
import type { EngineState } from './table.ts'
import { testEnvironment } from './test-environment.ts'
import { complaints } from './verdict.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const say = (line: string) => void process.stdout.write(`${line}\n`)

/** Engines first, then the tests; the engines are ended whatever happens in between. */
const runTests = async (selection: Selection, runFolder: string, signal: AbortSignal) => {
  let outcomes: Outcome[] = []
  try {
    outcomes = await startEngines(selection.use, { runFolder, environment: process.env, signal, say })
    signal.throwIfAborted()
    const environment = testEnvironment(process.env, outcomes)
    const run = { root, runFolder, arguments: process.argv.slice(2), environment, signal }
    return { outcomes, ...(await runVitest(run)) }
  } finally {
    await endEngines(outcomes)
  }
}

const conclude = (
  selection: Selection,
  { outcomes, report, exit }: Awaited<ReturnType<typeof runTests>>,
): number => {
  const leftOut = engineNames.filter((name) => !selection.use.includes(name))
  const states: EngineState[] = [
    ...outcomes,
    ...leftOut.map((name) => ({ name, label: engines[name].label, state: 'left out' as const })),
  ]
  const summary = summarise(report, exit, root)
  const { passed, failed, skipped } = summary.total
  const wrong = complaints(summary.total, states, selection)
  say(`\n${formatTable(tableRows(summary, states, selection.excused))}\n`)
  for (const complaint of wrong) say(complaint)
  say(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed + wrong.length === 0 ? 0 : 1
}

const main = async (): Promise<number> => {
  const selection = readSelection(process.env)
  const interruption = new AbortController()
  const interrupt = (cause: string) => {
    if (interruption.signal.aborted) return
    say(`${cause}: ending the tests and the engines`)
    interruption.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  process.on('uncaughtException', (error) => interrupt(error.stack ?? error.message))

  const runFolder = await mkdtemp(join(tmpdir(), 'accounts-tests-'))
  try {
    // PostgreSQL runs under another user than root, and has to reach its folder in here.
    await chmod(runFolder, 0o711)
    const run = await runTests(selection, runFolder, interruption.signal)
    return interruption.signal.aborted ? 1 : conclude(selection, run)
  } catch (error) {
    if (interruption.signal.aborted) return 1
    throw error
  } finally {
    await rm(runFolder, { recursive: true, force: true, maxRetries: 5 })
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  const { message, stack } = error as Error
  process.stderr.write(`${error instanceof SelectionError ? message : stack}\n`)
  process.exitCode = error instanceof SelectionError ? 2 : 1
}
