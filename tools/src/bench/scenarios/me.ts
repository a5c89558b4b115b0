import { startAuthService } from '../auth-service.ts'
import { cores, coresNote } from '../cores.ts'
import { measureInTurn } from '../measure-in-turn.ts'
import { memoryResult } from '../memory.ts'
import { meRequests, registerPeople } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { compareRounds, median } from '../statistics.ts'
import { startWorker } from '../worker.ts'
import type { Saturated, Saturation } from '../workers/saturate.ts'
import type { Served, Serving } from '../workers/serve-reads.ts'

const inFlight = 32
const target = { atLeast: 0.4 }

export const me: Scenario = {
  name: 'me',
  about: `GET /me, ${inFlight} in flight / bare node:http with the same read and answer`,
  run: async (bench) => {
    const logging = await startMe(bench, 'logging', {})
    const quiet = await startMe(bench, 'quiet', { LOG_LEVEL: 'warn' })
    const bare = startWorker<Serving, Served>({
      processes: bench.processes,
      file: 'serve-reads.ts',
      cores: cores.server,
    })
    const { port: barePort } = await bare.ask({ databaseFile: logging.databaseFile })
    const load = startWorker<Saturation, Saturated>({
      processes: bench.processes,
      file: 'saturate.ts',
      cores: cores.load,
    })
    const measure = (port: number, requests: readonly Buffer[]) => async () =>
      load.ask({ port, requests, inFlight, seconds: bench.seconds, awake: cores.load !== undefined })

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
        { what: 'me', unit: '/s', ...compare(measured.logging), target },
        { what: 'me, LOG_LEVEL=warn', unit: '/s', ...compare(measured.quiet) },
        await memoryResult('me', [logging, quiet]),
      ],
      notes: [
        `${coresNote}; ${bench.accounts} accounts, one token each; the log goes to a file`,
        `the load had work for ${percentOf(measured.logging)} % of a core, with the bare server for ${percentOf(measured.bare)} %`,
      ],
    }
  },
}

const startMe = async (bench: Bench, name: string, settings: Record<string, string>) => {
  const service = await startAuthService({ bench, name, cores: cores.server, threads: 1, settings })
  return { ...service, requests: meRequests(await registerPeople(service.url, bench.accounts)) }
}

const percentOf = (rounds: readonly Saturated[]) =>
  (median(rounds.map(({ ownCoreShare }) => ownCoreShare)) * 100).toFixed(0)
