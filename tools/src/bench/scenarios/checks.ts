import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { SignedIn } from '@accounts/auth-service/testing/people'
import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import { cores, coresNote } from '../cores.ts'
import { bearerRequests, registerPeople, signIn } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { cheapHashes, startService } from '../service.ts'
import { type Comparison, compareRounds, median } from '../statistics.ts'
import { startWorker } from '../worker.ts'
import type { SaturatedInTurn, SaturationInTurn } from '../workers/saturate-in-turn.ts'
import type { ServedChecks, ServingChecks } from '../workers/serve-checks.ts'

const inFlight = 32
const target = { atLeast: 0.95 }
// What is looked for is less than the machine differs from one moment to the next.
const turnSeconds = 0.02

export const checks: Scenario = {
  name: 'checks',
  about: `GET /me for administrators only, ${inFlight} in flight / the same with the token verified and the account read, nothing else checked`,
  run: async (bench) => {
    const folder = join(bench.folder, 'checks')
    await mkdir(folder)
    const settings = { ...cheapHashes, KEY_RING: join(folder, 'keys.json'), BUS_FILE: join(folder, 'bus.db') }
    const { databaseFile, people } = await createAdmins(bench, settings)
    const log = await open(join(folder, 'log'), 'a')
    const { processes, serviceFrom } = bench
    const server = startWorker<ServingChecks, ServedChecks>({
      ...{ processes, file: 'serve-checks.ts', cores: cores.server },
      ...{ built: serviceFrom === 'built', output: log.fd },
    })
    await log.close()
    const ports = await server.ask({ settings: { ...settings, DATABASE_URL: `sqlite:${databaseFile}` } })
    const rounds = await measure(bench, ports, bearerRequests('GET /me', people))
    return {
      results: [{ what: 'checks of a request', unit: '/s', ...summarise(rounds), target }],
      notes: [
        `${coresNote}; ${people.length} administrators, one token each; turns of ${turnSeconds * 1_000} ms`,
        'checked: the session lives, the token is not on the list of dead ones, the account is active, its version is that of the token, a role, a permission',
        'both in one process on one SQLite file, with a line in a log for each request; tokens come from the cache of verified ones',
      ],
    }
  },
}

/** Accounts in the database of a service that has ended. */
const createAdmins = async (bench: Bench, settings: Record<string, string>) => {
  const { url, databaseFile, stop } = await startService({ bench, name: 'checks-auth', threads: 1, settings })
  const registered = await registerPeople(url, bench.accounts)
  const database = await openSqliteFile(databaseFile, { timeout: 5_000 })
  database.exec(`insert into user_roles (user_id, role, granted_at) select id, 'admin', 0 from auth_info`)
  database.close()
  const people: SignedIn[] = []
  for (const { user } of registered) people.push(await signIn(url, user.login))
  await stop()
  return { databaseFile, people }
}

/** Each turn is held against its neighbour; a round is the median of its turns. */
const measure = async (
  { processes, rounds, say, seconds }: Bench,
  { checkedPort, barePort }: ServedChecks,
  requests: readonly Buffer[],
) => {
  const load = startWorker<SaturationInTurn, SaturatedInTurn>({
    ...{ processes, file: 'saturate-in-turn.ts', cores: cores.load },
  })
  const ports = [checkedPort, barePort]
  const task = { ports, requests, inFlight, seconds, turnSeconds, awake: cores.load !== undefined }
  const comparisons: Comparison[] = []
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    const [checked = [], bare = []] = (await load.ask(task)).perSecond
    if (round > 0) comparisons.push(compareRounds(checked, bare))
  }
  return comparisons
}

const summarise = (rounds: readonly Comparison[]): Comparison => {
  const ratios = rounds.map(({ ratio }) => ratio)
  return {
    measured: median(rounds.map(({ measured }) => measured)),
    limit: median(rounds.map(({ limit }) => limit)),
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  }
}
