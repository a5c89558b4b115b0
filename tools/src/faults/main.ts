import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { endEngines, startEngines } from '../engines/start-engines.ts'
import { type Broker, startBroker } from './broker.ts'
import { renderReports } from './render-reports.ts'
import { runTrial, type TrialReport } from './run-trial.ts'
import { scenarios } from './scenarios.ts'
import type { Engines } from './world.ts'

const say = (line: string) => void process.stderr.write(`${line}\n`)

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', multiple: true },
      seeds: { type: 'string', default: '20' },
      first: { type: 'string', default: '1' },
      accounts: { type: 'string', default: '200' },
      engines: { type: 'string', default: 'real,embedded' },
    },
  })
  const kinds = values.engines.split(',')
  return {
    chosen: scenarios.filter(({ number }) => !values.scenario || values.scenario.includes(String(number))),
    seeds: Number(values.seeds),
    firstSeed: Number(values.first),
    accounts: Number(values.accounts),
    real: kinds.includes('real'),
    embedded: kinds.includes('embedded'),
  }
}

const runAll = async (
  options: ReturnType<typeof readOptions>,
  available: readonly Engines[],
  signal: AbortSignal,
) => {
  const reports: TrialReport[] = []
  for (const scenario of options.chosen)
    for (const engines of available) {
      if (!scenario.engines.includes(engines.kind)) continue
      const trials = scenario.isRandom ? options.seeds : 1
      for (let seed = options.firstSeed; seed < options.firstSeed + trials; seed += 1) {
        signal.throwIfAborted()
        const accounts = options.accounts * (scenario.scale ?? 1)
        const report = await runTrial({ scenario, engines, seed, accounts })
        reports.push(report)
        const verdict = report.faults.length === 0 ? 'ok' : report.faults.join('\n')
        say(`${scenario.number} ${engines.kind} seed ${seed}: ${report.seconds.toFixed(1)} s ${verdict}`)
      }
    }
  return reports
}

const main = async () => {
  const options = readOptions()
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => interruption.abort())
  const runFolder = await mkdtemp(join(tmpdir(), 'accounts-faults-'))
  await chmod(runFolder, 0o711)
  const { signal } = interruption
  let broker: Broker | undefined
  const outcomes = options.real
    ? await startEngines(['postgres', 'rabbitmq'], { runFolder, environment: process.env, signal, say })
    : []
  try {
    const available: Engines[] = options.embedded ? [{ kind: 'embedded' }] : []
    const postgres = outcomes.find(({ name }) => name === 'postgres')
    const rabbitmq = outcomes.find(({ name }) => name === 'rabbitmq')
    for (const outcome of outcomes)
      if (outcome.state === 'absent') throw new Error(`${outcome.label} cannot be had: ${outcome.reason}`)
    if (postgres?.state === 'ready' && rabbitmq?.state === 'ready') {
      // It showed that there is one; what is killed here is another.
      await rabbitmq.end()
      broker = await startBroker(join(runFolder, 'broker'), signal)
      available.unshift({ kind: 'real', broker, postgresUrl: postgres.env['TEST_POSTGRES_URL'] ?? '' })
      say(`RabbitMQ ${broker.version}, PostgreSQL ${postgres.version}`)
    }
    const reports = await runAll(options, available, signal)
    process.stdout.write(renderReports(reports))
    return reports.every(({ faults }) => faults.length === 0) ? 0 : 1
  } finally {
    await broker?.end()
    await endEngines(outcomes)
    await rm(runFolder, { recursive: true, force: true, maxRetries: 5 })
  }
}

process.exitCode = await main()
