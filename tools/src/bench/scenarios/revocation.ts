import { setTimeout as delay } from 'node:timers/promises'
import { accessOf, refreshOf } from '@accounts/auth-service/testing/people'
import { cores, coresNote } from '../cores.ts'
import { bearerRequests, registerPeople } from '../people.ts'
import type { Bench, Result, Scenario } from '../scenario.ts'
import { cheapHashes, startService } from '../service.ts'
import { compareRounds, quantile } from '../statistics.ts'
import { type Transport, transportsOf } from '../transports.ts'
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
  uses: ['rabbitmq'],
  run: async (bench) => {
    const results: Result[] = []
    const notes = [`${coresNote}; the figures hold the time of the refused request itself`]
    for (const transport of transportsOf(bench)) {
      const rounds = await measureRounds(bench, transport)
      results.push(...resultsOf(transport.name, rounds))
      notes.push(noteOf(transport.name, rounds.flat()))
    }
    return { results, notes }
  },
}

const resultsOf = (transport: string, rounds: readonly Ended[][]): Result[] => {
  const of = (share: number) => rounds.map((ended) => quantile(ended.map(millisecondsOf), share))
  const limits = rounds.map(() => targetMilliseconds)
  const what = `refused after, ${transport}`
  return [
    { what: `${what}, p50`, unit: 'ms', ...compareRounds(of(0.5), limits) },
    { what: `${what}, p99`, unit: 'ms', ...compareRounds(of(0.99), limits), target: { atMost: 1 } },
  ]
}

const noteOf = (transport: string, all: readonly Ended[]) => {
  const accepted = all.filter((ended) => ended.accepted > 0).length
  const last = Math.max(...all.map(millisecondsOf)).toFixed(0)
  return `${transport}: ${all.length} sessions ended, ${accepted} tokens were accepted once more, all were refused within ${last} ms`
}

const millisecondsOf = ({ milliseconds }: Ended) => milliseconds

/** In each everybody leaves, while others read. */
const measureRounds = async (bench: Bench, transport: Transport) => {
  const { auth, user } = await startServices(bench, transport)
  const readers = await registerPeople(auth.url, bench.accounts)
  const load = startWorker<Saturation, Saturated>({
    processes: bench.processes,
    file: 'saturate.ts',
    cores: cores.load,
  })
  const rounds: Ended[][] = []
  for (let round = 0; round <= bench.rounds; round += 1) {
    bench.say(`${transport.name}: ${round === 0 ? 'warming up' : `round ${round} of ${bench.rounds}`}`)
    const leavers = await registerPeople(auth.url, bench.accounts, `leaver_${round}`)
    await untilKnown(user.url, leavers.at(-1))
    const requests = bearerRequests('GET /profile', readers)
    const task = { port: user.port, requests, inFlight, seconds: bench.seconds, awake: false }
    const saturated = load.ask(task)
    const delays = await measureDelays(auth.url, user.url, leavers, saturated)
    if (round > 0) rounds.push(delays)
  }
  await Promise.all([auth.stop(), user.stop()])
  return rounds
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

const startServices = async (bench: Bench, { name, create }: Transport) => {
  const bus = await create('revocation')
  const label = `revocation-${name.replaceAll(' ', '-')}`
  const auth = await startService({
    bench,
    name: `${label}-auth`,
    cores: cores.load,
    threads: 1,
    settings: { ...bus, ...cheapHashes },
  })
  const user = await startService({
    bench,
    service: 'user-service',
    name: `${label}-user`,
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
