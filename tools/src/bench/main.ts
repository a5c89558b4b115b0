import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { runChecker } from '../check/run-checker.ts'
import { coreCount } from './cores.ts'
import { withEngines } from './engines.ts'
import { OptionError, type Options, readOptions } from './options.ts'
import { renderNotes, renderResults } from './render.ts'
import { runScenario } from './run-scenario.ts'
import type { Outcome } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const size = { accounts: 200, manyAccounts: 1_000_000, loginsInFlight: 64 }

const say = (line: string) => void process.stderr.write(`${line}\n`)
const currentLoad = () => loadavg().map((load) => load.toFixed(1))

const runAll = async ({ chosen, rounds, seconds }: Options, signal: AbortSignal) => {
  const outcomes: (Outcome & { name: string; about: string })[] = []
  for (const scenario of chosen) {
    const { name, about, uses: names = [] } = scenario
    const outcome = await withEngines({ names, signal, say }, async (engines) =>
      runScenario(scenario, { rounds, seconds, ...size, serviceFrom: 'built', say, signal, engines }),
    )
    outcomes.push({ name, about, ...outcome })
  }
  return outcomes
}

const main = async (options: Options, signal: AbortSignal) => {
  process.chdir(fileURLToPath(new URL('../../..', import.meta.url)))
  say('building the services')
  const projects = ['auth-service', 'user-service'].map((service) => `${service}/tsconfig.build.json`)
  const faults = await runChecker('node_modules/.bin/tsc', ['-b', ...projects])
  if (faults.length > 0) throw new Error(`the services do not compile:\n${faults.join('\n')}`)

  const loadBefore = currentLoad()
  const outcomes = await runAll(options, signal)
  const { rounds, seconds } = options
  const machine = { node: process.version, cores: coreCount, loadBefore, loadAfter: currentLoad() }
  if (options.json) return `${JSON.stringify({ machine, rounds, seconds, scenarios: outcomes }, null, 2)}\n`
  return [
    '',
    renderResults(outcomes.flatMap(({ results }) => results)),
    '',
    renderNotes(outcomes),
    '',
    `Node ${process.version}, ${coreCount} cores; ${rounds} rounds of ${seconds} s each, A and B in turn; medians, and the`,
    'lowest and the highest ratio of a round. Load of the machine (1, 5, 15 minutes) before and after:',
    `${machine.loadBefore.join(' ')} and ${machine.loadAfter.join(' ')}. Above its cores before, something else was running too.`,
    '',
  ].join('\n')
}

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (!interruption.signal.aborted) say(`${signal}: ending what was started`)
    interruption.abort()
  })

try {
  process.stdout.write(await main(readOptions(process.argv.slice(2), scenarios), interruption.signal))
} catch (error) {
  process.exitCode = 1
  const { message, stack } = error as Error
  if (!interruption.signal.aborted)
    process.stderr.write(`${error instanceof OptionError ? message : stack}\n`)
}
