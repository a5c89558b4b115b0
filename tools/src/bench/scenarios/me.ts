import { compareReads, readsInFlight } from '../compare-reads.ts'
import { cores } from '../cores.ts'
import { bearerRequests, registerPeople } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { startService } from '../service.ts'

export const me: Scenario = {
  name: 'me',
  about: `GET /me, ${readsInFlight} in flight / bare node:http with the same read and answer`,
  run: async (bench) =>
    compareReads({
      bench,
      read: 'me',
      logging: await startMe(bench, 'logging', {}),
      quiet: await startMe(bench, 'quiet', { LOG_LEVEL: 'warn' }),
    }),
}

const startMe = async (bench: Bench, name: string, settings: Record<string, string>) => {
  const service = await startService({ bench, name, cores: cores.server, threads: 1, settings })
  return {
    ...service,
    requests: bearerRequests('GET /me', await registerPeople(service.url, bench.accounts)),
  }
}
