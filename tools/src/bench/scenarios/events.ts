import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import { createVhost } from '@accounts/shared/messaging/testing/rabbitmq-trial'
import { measureInTurn } from '../measure-in-turn.ts'
import { registerSteadily } from '../people.ts'
import type { Bench, Result, Scenario } from '../scenario.ts'
import { startService } from '../service.ts'
import { compareRounds } from '../statistics.ts'
import { until } from '../../until.ts'
import { startWorker } from '../worker.ts'
import type { Published, Publishing } from '../workers/publish-messages.ts'

const inFlight = 100
const perSecond = 40
const p50Target = { name: 'p50', share: 0.5, milliseconds: 5 }
const p99Target = { name: 'p99', share: 0.99, milliseconds: 25 }
const relayTarget = { atLeast: 0.6 }
// The least that argon2 takes: hashing is measured elsewhere.
const cheapHashes = { ARGON2_MEMORY_KIB: '8', ARGON2_PASSES: '1' }

interface Transport {
  name: string
  /** A broker, or a file, of its own. */
  create: (name: string) => Promise<{ RABBITMQ_URL: string } | { BUS_FILE: string }>
}

export const events: Scenario = {
  name: 'events',
  about:
    'from the commit to the profile, against a limit; the relay / a bare publisher that waits for each confirmation',
  usesRabbitmq: true,
  run: async (bench) => {
    const results: Result[] = []
    for (const transport of transportsOf(bench)) {
      results.push(...(await measureLag(bench, transport)))
      results.push(await measureRelay(bench, transport))
    }
    return {
      results,
      notes: [
        `delay: ${perSecond} registrations a second, from the moment before auth-service's commit until after user-service's`,
        `relay: ${backlogOf(bench)} events of as many accounts wait in SQLite; ${inFlight} in flight, for the bare publisher too`,
      ],
    }
  },
}

const backlogOf = ({ seconds }: Bench) => Math.ceil(seconds * 1_500)

const transportsOf = ({ folder, rabbitmq }: Bench): Transport[] => {
  const embedded: Transport = {
    name: 'embedded bus',
    create: async (name) => ({ BUS_FILE: join(folder, `${name}.bus.db`) }),
  }
  if (!rabbitmq) return [embedded]
  return [
    embedded,
    {
      name: 'RabbitMQ',
      create: async () => {
        const vhost = `bench-${randomBytes(6).toString('hex')}`
        await createVhost(rabbitmq.managementUrl, vhost)
        return { RABBITMQ_URL: `${rabbitmq.url}/${vhost}` }
      },
    },
  ]
}

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
  const lags = async () => readHistogram(await (await fetch(`${user.url}/metrics`)).text())
  bench.say(`${name}: warming up`)
  const warm = await registerSteadily(auth.url, 'warm', perSecond, bench.seconds)
  const before = await until('the first ones have arrived', async () => {
    const read = await lags()
    return read.count >= warm && read
  })
  bench.say(`${name}: from the commit to the profile`)
  const registered = await registerSteadily(auth.url, 'person', perSecond, bench.seconds * bench.rounds)
  const after = await until('all have arrived', async () => {
    const read = await lags()
    return read.count >= warm + registered && read
  })
  return [p50Target, p99Target].map(({ name: quantile, share, milliseconds }) => ({
    what: `commit → profile, ${name}, ${quantile}`,
    unit: 'ms' as const,
    ...compareRounds([quantileOf(before, after, share)], [milliseconds]),
    target: { atMost: 1 },
  }))
}

interface Histogram {
  count: number
  buckets: { upTo: number; count: number }[]
}

const readHistogram = (metrics: string): Histogram => ({
  count: Number(/^event_lag_seconds_count\S* (\d+)/m.exec(metrics)?.[1] ?? 0),
  buckets: [...metrics.matchAll(/^event_lag_seconds_bucket\{[^}]*le="([\d.]+)"[^}]*\} (\d+)/gm)].map(
    ([, upTo, count]) => ({
      upTo: Number(upTo),
      count: Number(count),
    }),
  ),
})

/** The upper end of the bucket that it lies in: never less than it was. */
const quantileOf = (before: Histogram, after: Histogram, share: number): number => {
  const wanted = share * (after.count - before.count)
  const found = after.buckets.find(
    ({ count }, index) => count - (before.buckets[index]?.count ?? 0) >= wanted,
  )
  if (!found) throw new Error('longer than the histogram is')
  return found.upTo * 1000
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
