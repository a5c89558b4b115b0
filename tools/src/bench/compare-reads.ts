import { cores, coresNote } from './cores.ts'
import { measureInTurn } from './measure-in-turn.ts'
import { memoryResult } from './memory.ts'
import type { Bench, Outcome } from './scenario.ts'
import type { RunningService } from './service.ts'
import { compareRounds, median } from './statistics.ts'
import { startWorker } from './worker.ts'
import type { Saturated, Saturation } from './workers/saturate.ts'
import type { Served, Serving } from './workers/serve-reads.ts'

export const readsInFlight = 32
const target = { atLeast: 0.4 }

interface Contestant extends Pick<RunningService, 'port' | 'databaseFile' | 'memory'> {
  requests: Buffer[]
}

interface CompareNeeds {
  bench: Bench
  read: Serving['read']
  /** The same service twice: as it runs, and without its log line. */
  logging: Contestant
  quiet: Contestant
}

/** A route that reads one row, against the bare server with the same read and the same answer. */
export const compareReads = async ({ bench, read, logging, quiet }: CompareNeeds): Promise<Outcome> => {
  const { processes, seconds } = bench
  const bare = startWorker<Serving, Served>({ processes, file: 'serve-reads.ts', cores: cores.server })
  const { port: barePort } = await bare.ask({ read, databaseFile: logging.databaseFile })
  const load = startWorker<Saturation, Saturated>({ processes, file: 'saturate.ts', cores: cores.load })
  const awake = cores.load !== undefined
  const measure = (port: number, requests: readonly Buffer[]) => async () =>
    load.ask({ port, requests, inFlight: readsInFlight, seconds, awake })

  const measured = await measureInTurn(bench, {
    logging: measure(logging.port, logging.requests),
    quiet: measure(quiet.port, quiet.requests),
    bare: measure(barePort, logging.requests),
  })
  const limits = measured.bare.map(({ perSecond }) => perSecond)
  const compare = (rounds: readonly Saturated[]) =>
    compareRounds(
      rounds.map(({ perSecond }) => perSecond),
      limits,
    )
  return {
    results: [
      { what: read, unit: '/s', ...compare(measured.logging), target },
      { what: `${read}, LOG_LEVEL=warn`, unit: '/s', ...compare(measured.quiet) },
      await memoryResult(read, [logging, quiet]),
    ],
    notes: [
      `${coresNote}; ${bench.accounts} accounts, one token each; the log goes to a file`,
      `the load had work for ${percentOf(measured.logging)} % of a core, with the bare server for ${percentOf(measured.bare)} %`,
    ],
  }
}

const percentOf = (rounds: readonly Saturated[]) =>
  (median(rounds.map(({ ownCoreShare }) => ownCoreShare)) * 100).toFixed(0)
