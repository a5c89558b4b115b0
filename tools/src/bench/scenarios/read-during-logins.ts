import { setTimeout as delay } from 'node:timers/promises'
import type { SignedIn } from '@accounts/auth-service/testing/people'
import { startService } from '../service.ts'
import { cores, coresNote } from '../cores.ts'
import { measureInTurn } from '../measure-in-turn.ts'
import { memoryResult } from '../memory.ts'
import { bearerRequests, loginRequests, registerPeople } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { compareRounds, median, quantile } from '../statistics.ts'
import { startWorker } from '../worker.ts'
import type { SteadilyRead, SteadyReading } from '../workers/read-steadily.ts'
import type { Saturated, Saturation } from '../workers/saturate.ts'

const readsPerSecond = 100
// Until as many log-ins are in flight as will be.
const runUpSeconds = 0.5
const target = { atMost: 3 }

export const readDuringLogins: Scenario = {
  name: 'read-during-logins',
  about: `p99 of GET /me, ${readsPerSecond} a second, while log-ins saturate / the same while nothing else happens`,
  run: async (bench) => {
    const service = await startService({ bench, name: 'auth', cores: cores.server, threads: 1 })
    const people = await registerPeople(service.url, bench.accounts)
    const { idle, busy } = startPhases(bench, service.port, people)
    const measured = await measureInTurn(bench, { busy, idle })

    const busyReads = measured.busy.map(({ reads }) => reads)
    const overall = { measured: p99(busyReads.flat()), limit: p99(measured.idle.flat()) }
    const { lowest, highest } = compareRounds(busyReads.map(p99), measured.idle.map(p99))
    const logins = median(measured.busy.map(({ loginsPerSecond }) => loginsPerSecond))
    return {
      results: [
        {
          what: 'read during log-ins, p99',
          unit: 'ms',
          ...overall,
          ratio: overall.measured / overall.limit,
          lowest,
          highest,
          target,
        },
        {
          what: 'the same, p50',
          unit: 'ms',
          ...compareRounds(busyReads.map(median), measured.idle.map(median)),
        },
        await memoryResult('read during log-ins', [service]),
      ],
      notes: [
        `${coresNote}; ${measured.idle.flat().length} reads in each phase; ${bench.loginsInFlight} log-ins in flight, ${logins.toFixed(0)} a second`,
        'a read counts from when it was due; the next one does not wait for it',
      ],
    }
  },
}

/** The two phases that are compared. */
const startPhases = (bench: Bench, port: number, people: readonly SignedIn[]) => {
  const { processes, seconds, loginsInFlight } = bench
  const reader = startWorker<SteadyReading, SteadilyRead>({
    processes,
    file: 'read-steadily.ts',
    cores: cores.load,
  })
  const load = startWorker<Saturation, Saturated>({ processes, file: 'saturate.ts', cores: cores.load })
  const readings = { port, requests: bearerRequests('GET /me', people), perSecond: readsPerSecond, seconds }
  const logins = { port, requests: loginRequests(people), inFlight: loginsInFlight, awake: false }

  const idle = async () => (await reader.ask(readings)).latenciesMilliseconds
  const readAfterRunUp = async () => {
    await delay(runUpSeconds * 1_000)
    return idle()
  }
  const busy = async () => {
    const [{ perSecond }, reads] = await Promise.all([
      load.ask({ ...logins, seconds: seconds + 2 * runUpSeconds }),
      readAfterRunUp(),
    ])
    return { reads, loginsPerSecond: perSecond }
  }
  return { idle, busy }
}

const p99 = (latencies: readonly number[]) => quantile(latencies, 0.99)
