import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome as EngineOutcome } from '../engines/engine.ts'
import { endEngines, startEngines } from '../engines/start-engines.ts'
import type { Bench, Outcome, Scenario } from './scenario.ts'

interface EngineNeeds {
  names: NonNullable<Scenario['uses']>
  signal: AbortSignal
  say: (line: string) => void
}

/** Only as long as they are needed: an idle server takes a share of the machine too. */
export const withEngines = async (
  { names, signal, say }: EngineNeeds,
  run: (engines: Bench['engines']) => Promise<Outcome>,
): Promise<Outcome> => {
  if (names.length === 0) return run({})
  const runFolder = await mkdtemp(join(tmpdir(), 'accounts-bench-engines-'))
  // PostgreSQL runs under another user than root, and has to reach its folder in here.
  await chmod(runFolder, 0o711)
  const outcomes = await startEngines(names, { runFolder, environment: process.env, signal, say })
  try {
    const { results, notes } = await run(addressesOf(outcomes))
    return { results, notes: [...notes, ...outcomes.flatMap(absenceOf)] }
  } finally {
    await endEngines(outcomes)
    await rm(runFolder, { recursive: true, force: true, maxRetries: 5 })
  }
}

const addressesOf = (outcomes: readonly EngineOutcome[]): Bench['engines'] => {
  const variables = outcomes.flatMap((outcome) => (outcome.state === 'ready' ? [outcome.env] : []))
  const {
    TEST_POSTGRES_URL: postgresUrl,
    TEST_RABBITMQ_URL: url,
    TEST_RABBITMQ_MANAGEMENT_URL: managementUrl,
  } = Object.assign({}, ...variables) as Record<string, string>
  return {
    ...(postgresUrl && { postgresUrl }),
    ...(url && managementUrl && { rabbitmq: { url, managementUrl } }),
  }
}

const absenceOf = (outcome: EngineOutcome) =>
  outcome.state === 'absent' ? [`without ${outcome.label}, which cannot be had here: ${outcome.reason}`] : []
