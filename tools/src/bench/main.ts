import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runChecker } from '../check/run-checker.ts'
import { endEngines, startEngines } from '../engines/start-engines.ts'
import { coreCount } from './cores.ts'
import { OptionError, type Options, readOptions } from './options.ts'
import { renderNotes, renderResults } from './render.ts'
import { runScenario } from './run-scenario.ts'
import type { Bench, Outcome } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const size = { accounts: 200, loginsInFlight: 64 }

const say = (line: string) => void process.stderr.write(`${line}\n`)
const currentLoad = () => loadavg().map((load) => load.toFixed(1))

const runAll = async ({ chosen, rounds, seconds }: Options, signal: AbortSignal) => {
  const outcomes: (Outcome & { name: string; about: string })[] = []
  for (const scenario of chosen) {
    const { name, about } = scenario
    const run = async (rabbitmq?: Bench['rabbitmq']) =>
      runScenario(scenario, { rounds, seconds, ...size, serviceFrom: 'built', say, signal, rabbitmq })
    outcomes.push({ name, about, ...(await (scenario.usesRabbitmq ? withRabbitmq(run, signal) : run())) })
  }
  return outcomes
}

/** Only as long as it is needed: an idle broker takes a share of the machine too. */
const withRabbitmq = async (run: (rabbitmq?: Bench['rabbitmq']) => Promise<Outcome>, signal: AbortSignal) => {
  const runFolder = await mkdtemp(join(tmpdir(), 'accounts-bench-broker-'))
  const engines = await startEngines(['rabbitmq'], { runFolder, environment: process.env, signal, say })
  try {
    const [broker] = engines
    const env = broker?.state === 'ready' ? broker.env : {}
    const { TEST_RABBITMQ_URL: url, TEST_RABBITMQ_MANAGEMENT_URL: managementUrl } = env
    return await run(url && managementUrl ? { url, managementUrl } : undefined)
  } finally {
    await endEngines(engines)
    await rm(runFolder, { recursive: true, force: true, maxRetries: 5 })
  }
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
