import { accessOf, type SignedIn } from '@accounts/auth-service/testing/people'
import { createPostgresDatabase, runAsSuperuser } from '@accounts/shared/testing/databases'
import { cores, coresNote } from '../cores.ts'
import { everywhere, registrationOf, requireAlike } from '../fill-accounts.ts'
import { bearerRequests, register, signIn } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { cheapHashes, startService } from '../service.ts'
import { compareRounds, median } from '../statistics.ts'
import { pageSize, userPages } from '../user-pages.ts'
import { startWorker } from '../worker.ts'
import type { Filled, Filling } from '../workers/fill-accounts.ts'
import type { ReadingInTurn, ReadInTurn } from '../workers/read-in-turn.ts'

const target = { atMost: 1.1 }
const admins = 3
// Of a round, for each kind of page.
const share = 1 / 10

export const users: Scenario = {
  name: 'users',
  about: `a page of ${pageSize} accounts on PostgreSQL, among many / among ${everywhere}`,
  uses: ['postgres'],
  run: async (bench) => {
    const { postgresUrl } = bench.engines
    if (postgresUrl === undefined) return { results: [], notes: ['left out'] }
    const many = await openSize(bench, postgresUrl, bench.manyAccounts)
    const few = await openSize(bench, postgresUrl, everywhere)
    const rounds = await measure(bench, [many, few])
    return {
      results: userPages.map(({ what }, index) => ({
        what: `users: ${what}`,
        unit: 'ms' as const,
        ...compareRounds(
          rounds.map((medians) => medians[index]?.many ?? Number.NaN),
          rounds.map((medians) => medians[index]?.few ?? Number.NaN),
        ),
        target,
      })),
      notes: [
        `${coresNote}, PostgreSQL on both; ${bench.manyAccounts} accounts, filled in within ${many.fillSeconds.toFixed(0)} s; medians, one request at a time`,
        'few: a hundred match among both; all: every account matches; any page: it begins anywhere',
      ],
    }
  },
}

type Size = Awaited<ReturnType<typeof openSize>>

/** auth-service on a database of its own with so many accounts, and who may see them. */
const openSize = async (bench: Bench, superuserUrl: string, accounts: number) => {
  const { url, drop } = await createPostgresDatabase(superuserUrl)
  bench.atEnd(drop)
  bench.say(`filling in ${accounts} accounts`)
  const worker = startWorker<Filling, Filled>({ processes: bench.processes, file: 'fill-accounts.ts' })
  const { seconds: fillSeconds } = await worker.ask({ url, count: accounts })
  const service = await startService({
    ...{ bench, name: `users-${accounts}`, cores: cores.server, threads: 1 },
    settings: { ...cheapHashes, DATABASE_URL: url },
  })
  const people: SignedIn[] = []
  for (let number = accounts + 1; number <= accounts + admins; number += 1) {
    const { login, ...details } = registrationOf(number)
    const { user } = await register(service.url, login, details)
    await requireAlike(url, number, user.id)
    await runAsSuperuser(url, `insert into user_roles values (${user.id}, 'admin', now())`)
    people.push(await signIn(service.url, login))
  }
  return { ...service, accounts, people, fillSeconds }
}

const measure = async (bench: Bench, [many, few]: readonly [Size, Size]) => {
  const { processes, say, seconds } = bench
  const reader = startWorker<ReadingInTurn, ReadInTurn>({
    ...{ processes, file: 'read-in-turn.ts', cores: cores.load },
  })
  const pages = await Promise.all(
    userPages.map(async (page) => [await requestsOf(many, page), await requestsOf(few, page)]),
  )
  const rounds: { many: number; few: number }[][] = []
  for (let round = 0; round <= bench.rounds; round += 1) {
    say(round === 0 ? 'warming up' : `round ${round} of ${bench.rounds}`)
    const medians = []
    for (const servers of pages) {
      const { latenciesMilliseconds } = await reader.ask({ servers, seconds: seconds * share })
      const [ofMany = [], ofFew = []] = latenciesMilliseconds
      medians.push({ many: median(ofMany), few: median(ofFew) })
    }
    if (round > 0) rounds.push(medians)
  }
  return rounds
}

/** What a page is asked for with; that what comes is what is meant is seen once. */
const requestsOf = async (
  { url, port, accounts, people }: Size,
  { what, found, queries }: (typeof userPages)[number],
) => {
  const paths = queries(accounts).map((query) => `/users?${new URLSearchParams(query).toString()}`)
  for (const path of paths) {
    const headers = { Authorization: `Bearer ${people[0] && accessOf(people[0])}` }
    const answer = await fetch(`${url}${path}`, { headers })
    const body = (await answer.json()) as { users?: unknown[] }
    if (body.users?.length !== found)
      throw new Error(`${what}: ${path} was answered with ${JSON.stringify(body).slice(0, 500)}`)
  }
  return { port, requests: paths.flatMap((path) => bearerRequests(`GET ${path}`, people.slice(0, 1))) }
}
