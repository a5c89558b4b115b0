import { randomUUID } from 'node:crypto'
import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import { measureInTurn } from '../measure-in-turn.ts'
import { registerSteadily } from '../people.ts'
import type { Bench, Result, Scenario } from '../scenario.ts'
import { cheapHashes, startService } from '../service.ts'
import { compareRounds, quantile } from '../statistics.ts'
import { type Transport, transportsOf } from '../transports.ts'
import { until } from '../../until.ts'
import { startWorker } from '../worker.ts'
import type { Published, Publishing } from '../workers/publish-messages.ts'
import type { Watched, Watching } from '../workers/watch-commits.ts'

const inFlight = 100
const perSecond = 40
const p50Target = { name: 'p50', share: 0.5, milliseconds: 5 }
const p99Target = { name: 'p99', share: 0.99, milliseconds: 25 }
const relayTarget = { atLeast: 0.6 }

export const events: Scenario = {
  name: 'events',
  about:
    'from the commit to the profile, against a limit; the relay / a bare publisher that waits for each confirmation',
  uses: ['rabbitmq'],
  run: async (bench) => {
    const results: Result[] = []
    for (const transport of transportsOf(bench)) {
      results.push(...(await measureLag(bench, transport)))
      results.push(await measureRelay(bench, transport))
    }
    return {
      results,
      notes: [
        `delay: ${perSecond} registrations a second, from auth-service's commit to user-service's, as seen in their databases`,
        `relay: ${backlogOf(bench)} events of as many accounts wait in SQLite; ${inFlight} in flight, for the bare publisher too`,
      ],
    }
  },
}

const backlogOf = ({ seconds }: Bench) => Math.ceil(seconds * 1_500)

const measureLag = async (bench: Bench, { name, create }: Transport): Promise<Result[]> => {
  const bus = await create('lag')
  const label = name.replaceAll(' ', '-')
  const settings = { ...bus, ...cheapHashes }
  const auth = await startService({ bench, name: `${label}-lag-auth`, threads: 1, settings })
  const user = await startService({
    ...{ bench, service: 'user-service' as const, name: `${label}-lag-user`, threads: 1 },
    settings: {
      ...bus,
      JWKS_URL: `${auth.url}/.well-known/jwks.json`,
      INTROSPECT_URL: `${auth.url}/introspect`,
    },
  })
  bench.say(`${name}: warming up`)
  const watcher = startWorker<Watching, Watched>({ processes: bench.processes, file: 'watch-commits.ts' })
  const measure = async (prefix: string, seconds: number) => {
    const watched = watcher.ask({ count: Math.ceil(perSecond * seconds) })
    await Promise.all([registerSteadily(auth.port, prefix, perSecond, seconds), watched])
    return (await watched).delaysMilliseconds
  }
  await watcher.ask({ authFile: auth.databaseFile, userFile: user.databaseFile })
  await measure('warm', bench.seconds)
  const rounds: number[][] = []
  for (let round = 1; round <= bench.rounds; round += 1) {
    bench.say(`${name}: from the commit to the profile, round ${round} of ${bench.rounds}`)
    rounds.push(await measure(`round_${round}`, bench.seconds))
  }
  await Promise.all([auth.stop(), user.stop()])
  return [p50Target, p99Target].map(({ name: which, share, milliseconds }) => ({
    what: `commit → profile, ${name}, ${which}`,
    unit: 'ms' as const,
    ...compareRounds(
      rounds.map((delays) => quantile(delays, share)),
      rounds.map(() => milliseconds),
    ),
    target: { atMost: 1 },
  }))
}

const measureRelay = async (bench: Bench, { name, create }: Transport): Promise<Result> => {
  const label = name.replaceAll(' ', '-')
  const messages = backlogOf(bench)
  let round = 0
  const measured = await measureInTurn(bench, {
    relay: async () => {
      round += 1
      return drainBacklog(bench, `${label}-relay-${round}`, messages, await create(`relay-${round}`))
    },
    bare: async () => {
      const worker = startWorker<Publishing, Published>({
        processes: bench.processes,
        file: 'publish-messages.ts',
      })
      const bus = await create(`bare-${round}`)
      return worker.ask({
        messages,
        inFlight,
        rabbitmqUrl: 'RABBITMQ_URL' in bus ? bus.RABBITMQ_URL : undefined,
        busFile: 'BUS_FILE' in bus ? bus.BUS_FILE : '',
      })
    },
  })
  return {
    what: `relay, ${name}`,
    unit: '/s',
    ...compareRounds(
      measured.relay.map((one) => one.perSecond),
      measured.bare.map((one) => one.perSecond),
    ),
    target: relayTarget,
  }
}

/** How fast a service that is started publishes what it finds. */
const drainBacklog = async (bench: Bench, name: string, messages: number, bus: Record<string, string>) => {
  const first = await startService({ bench, name, threads: 1, settings: { ...bus, ...cheapHashes } })
  await first.stop()
  const database = await openSqliteFile(first.databaseFile, { timeout: 5_000 })
  try {
    const insert = database.prepare(
      `insert into outbox (id, aggregate_id, aggregate_version, type, payload, headers, created_at)
       values (?, ?, 1, 'Register', ?, ?, ?)`,
    )
    database.transaction(() => {
      for (let account = 1; account <= messages; account += 1) {
        const payload = JSON.stringify({ event_type: 'Register', auth_id: account, display_name: 'John Doe' })
        const headers = JSON.stringify({
          'x-aggregate-id': String(account),
          'x-aggregate-version': 1,
          'x-schema-version': 1,
          'x-occurred-at': new Date().toISOString(),
        })
        insert.run(randomUUID(), account, payload, headers, Date.now())
      }
    })()
    const again = await startService({ bench, name, threads: 1, settings: { ...bus, ...cheapHashes } })
    const waiting = database.prepare(`select count(*) from outbox where state = 'waiting'`).pluck()
    await until('the backlog is published', () => waiting.get() === 0)
    const [span] = database
      .prepare('select max(published_at) - min(published_at) as span from outbox')
      .all() as { span: number }[]
    await again.stop()
    return { perSecond: (messages / (span?.span ?? Number.NaN)) * 1000 }
  } finally {
    database.close()
  }
}
