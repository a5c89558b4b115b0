import { join } from 'node:path'
import { compareReads, readsInFlight } from '../compare-reads.ts'
import { cores } from '../cores.ts'
import { bearerRequests, registerPeople } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { startService } from '../service.ts'
import { until } from '../../until.ts'

export const profile: Scenario = {
  name: 'profile',
  about: `GET /profile, ${readsInFlight} in flight / bare node:http with the same read and answer`,
  run: async (bench) =>
    compareReads({
      bench,
      read: 'profile',
      logging: await startProfile(bench, 'logging', {}),
      quiet: await startProfile(bench, 'quiet', { LOG_LEVEL: 'warn' }),
    }),
}

const startProfile = async (bench: Bench, name: string, settings: Record<string, string>) => {
  const shared = { BUS_FILE: join(bench.folder, `${name}-bus.db`) }
  const auth = await startService({
    bench,
    name: `${name}-auth`,
    cores: cores.load,
    threads: 1,
    settings: shared,
  })
  const user = await startService({
    bench,
    service: 'user-service',
    name,
    cores: cores.server,
    threads: 1,
    settings: {
      ...shared,
      ...settings,
      JWKS_URL: `${auth.url}/.well-known/jwks.json`,
      INTROSPECT_URL: `${auth.url}/introspect`,
    },
  })
  const requests = bearerRequests('GET /profile', await registerPeople(auth.url, bench.accounts))
  await until('every account is known', async () => {
    const metrics = await (await fetch(`${user.url}/metrics`)).text()
    return Number(/^events_total\{[^}]*verdict="done"[^}]*\} (\d+)/m.exec(metrics)?.[1]) >= bench.accounts
  })
  return { ...user, requests }
}
