import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { accessOf, refreshOf } from '@accounts/auth-service/testing/people'
import { cores, coresNote } from '../cores.ts'
import { bearerRequests, registerPeople } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { startService } from '../service.ts'
import { compareRounds, quantile } from '../statistics.ts'
import { until } from '../../until.ts'
import { startWorker } from '../worker.ts'
import type { Saturated, Saturation } from '../workers/saturate.ts'

const inFlight = 64
const targetMilliseconds = 1_000
const pollMilliseconds = 2
// How many wait for their refusal at a time: each asks again and again.
const atATime = 4

interface Ended {
  milliseconds: number
  accepted: number
}

type SignedIn = Awaited<ReturnType<typeof registerPeople>>[number]

export const revocation: Scenario = {
  name: 'revocation',
  about: `from the 204 of a logout until user-service refuses the token, while ${inFlight} clients read profiles / 1 s`,
  run: async (bench) => {
    const { auth, user } = await startServices(bench)
    const readers = await registerPeople(auth.url, bench.accounts)
    const load = startWorker<Saturation, Saturated>({
      processes: bench.processes,
      file: 'saturate.ts',
      cores: cores.load,
    })
    const results: Ended[][] = []
    for (let round = 0; round <= bench.rounds; round += 1) {
      bench.say(round === 0 ? 'warming up' : `round ${round} of ${bench.rounds}`)
      const leavers = await registerPeople(auth.url, bench.accounts, `leaver_${round}`)
      await untilKnown(user.url, leavers.at(-1))
      const requests = bearerRequests('GET /profile', readers)
      const task = { port: user.port, requests, inFlight, seconds: bench.seconds, awake: false }
      const saturated = load.ask(task)
      const delays = await measureDelays(auth.url, user.url, leavers, saturated)
      if (round > 0) results.push(delays)
    }
    const of = (share: number) =>
      results.map((ended) =>
        quantile(
          ended.map(({ milliseconds }) => milliseconds),
          share,
        ),
      )
    const limits = results.map(() => targetMilliseconds)
    const all = results.flat()
    const accepted = all.filter((ended) => ended.accepted > 0).length
    const last = Math.max(...all.map(({ milliseconds }) => milliseconds)).toFixed(0)
    return {
      results: [
        { what: 'refused after, p50', unit: 'ms', ...compareRounds(of(0.5), limits) },
        { what: 'refused after, p99', unit: 'ms', ...compareRounds(of(0.99), limits), target: { atMost: 1 } },
      ],
      notes: [
        `${coresNote}; the embedded bus; the figures hold the time of the refused request itself`,
        `${all.length} sessions ended: ${accepted} tokens were accepted once more, all were refused within ${last} ms`,
      ],
    }
  },
}

/** Each of them logs out while the load lasts and asks at once: when the refusal came, and how often it did not. */
const measureDelays = async (
  authUrl: string,
  userUrl: string,
  leavers: readonly SignedIn[],
  saturated: Promise<unknown>,
) => {
  let isOver = false
  const over = saturated.then(() => (isOver = true))
  const waiting = [...leavers]
  const delays: Ended[] = []
  const next = async () => {
    for (let person = waiting.pop(); person !== undefined && !isOver; person = waiting.pop())
      delays.push(await measureDelay(authUrl, userUrl, person))
  }
  await Promise.all(Array.from({ length: atATime }, next))
  await over
  return delays
}

const measureDelay = async (authUrl: string, userUrl: string, person: SignedIn): Promise<Ended> => {
  const headers = { Authorization: `Bearer ${accessOf(person)}`, 'Content-Type': 'application/json' }
  const body = JSON.stringify({ refresh_token: refreshOf(person) })
  const answer = await fetch(`${authUrl}/logout`, { method: 'POST', headers, body })
  if (answer.status !== 204) throw new Error(`logging out was answered with ${answer.status}`)
  const endedAt = performance.now()
  for (let accepted = 0; ; accepted += 1) {
    const { status } = await read(userUrl, person)
    if (status === 401) return { milliseconds: performance.now() - endedAt, accepted }
    await delay(pollMilliseconds)
  }
}

const read = async (url: string, person: SignedIn) => {
  const answer = await fetch(`${url}/profile`, { headers: { Authorization: `Bearer ${accessOf(person)}` } })
  await answer.arrayBuffer()
  return answer
}

const untilKnown = async (url: string, person: SignedIn | undefined) =>
  until('the last account is known', async () => person !== undefined && (await read(url, person)).ok)

const startServices = async (bench: Bench) => {
  const bus = { BUS_FILE: join(bench.folder, 'revocation-bus.db') }
  const auth = await startService({
    bench,
    name: 'revocation-auth',
    cores: cores.load,
    threads: 1,
    settings: bus,
  })
  const user = await startService({
    bench,
    service: 'user-service',
    name: 'revocation-user',
    cores: cores.server,
    threads: 1,
    settings: {
      ...bus,
      JWKS_URL: `${auth.url}/.well-known/jwks.json`,
      INTROSPECT_URL: `${auth.url}/introspect`,
    },
  })
  return { auth, user }
}
