import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import {
  accessOf,
  login,
  password,
  refresh,
  refreshOf,
  register,
  registerAdmin,
  type SignedIn,
  statusOfMe,
} from '../../testing/people.ts'
import {
  addSessions,
  auditOf,
  eventsOf,
  revokedSessionsOf,
  sessionOf,
  statusesOf,
} from './testing/sessions-trial.ts'

const rounds = 15

describeDialects('ending sessions at once', (createDatabase) => {
  let app: AuthApp
  let admin: SignedIn
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = await registerAdmin(app, 'the_admin')
  })
  afterAll(async () => app.close())

  const end = async (signedIn: SignedIn, path: string) =>
    app.call('delete', path, { token: accessOf(signedIn) })
  const statusesOfTwenty = async (request: () => Promise<{ status: number }>) =>
    (await Promise.all(Array.from({ length: 20 }, request))).map(({ status }) => status)

  test('of twenty that end one session one does, the others are 404; it is told of once', async () => {
    const here = await register(app, 'impatient')
    const there = await login(app, 'impatient')
    const statuses = await statusesOfTwenty(async () => end(here, `/sessions/${sessionOf(there)}`))
    expect(statuses.toSorted()).toEqual([204, ...Array.from({ length: 19 }, () => 404)])
    expect(await revokedSessionsOf(app, here.user.id)).toEqual([sessionOf(there)])
    expect(await auditOf(app, here.user.id, 'session ended')).toHaveLength(1)
  })

  test('of twenty with which a session ends itself one does, and it is told of once', async () => {
    const someone = await register(app, 'hasty')
    const statuses = await statusesOfTwenty(async () => end(someone, `/sessions/${sessionOf(someone)}`))
    expect(statuses.filter((status) => status === 204)).toHaveLength(1)
    for (const status of statuses) expect([204, 401, 404]).toContain(status)
    expect(await revokedSessionsOf(app, someone.user.id)).toEqual([sessionOf(someone)])
  })

  test('twenty that end all others tell of each once, and of none that had ended before', async () => {
    const someone = await register(app, 'thorough')
    const { id } = someone.user
    const before = await login(app, 'thorough')
    await end(before, `/sessions/${sessionOf(before)}`)
    const added = await addSessions(
      app,
      id,
      Array.from({ length: 30 }, () => ({})),
    )
    const statuses = await statusesOfTwenty(async () => end(someone, '/sessions'))
    expect(new Set(statuses)).toEqual(new Set([204]))
    const told = await revokedSessionsOf(app, id)
    expect(told.toSorted()).toEqual([sessionOf(before), ...added].toSorted())
    const counts = (await auditOf(app, id, 'sessions ended')).map(({ details }) => details)
    expect(counts).toEqual([{ sessions: 30 }])
    expect(await statusOfMe(app, accessOf(someone))).toBe(200)
  })

  test('of two sessions that end all others one goes on, and the other has ended nothing', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const pair = [await register(app, `mutual_${round}`), await login(app, `mutual_${round}`)]
      const answers = await Promise.all(pair.map(async (signedIn) => end(signedIn, '/sessions')))
      expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 401])
      const [winner, loser] = answers[0]!.status === 204 ? pair : pair.toReversed()
      expect(await statusesOf(app, winner!)).toEqual([200, 200])
      expect(await statusesOf(app, loser!)).toEqual([401, 401])
      expect(await revokedSessionsOf(app, winner!.user.id)).toEqual([sessionOf(loser!)])
    }
  })

  test('twenty ends by an administrator: each has a version of its own, the last one is that of the account', async () => {
    const someone = await register(app, 'pursued')
    const { id } = someone.user
    const statuses = await statusesOfTwenty(async () => end(admin, `/users/${id}/sessions`))
    expect(new Set(statuses)).toEqual(new Set([204]))
    const events = await eventsOf(app, id, 'Sessions Revoke')
    expect(events.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 20 }, (_, index) => ({
        event_type: 'Sessions Revoke',
        auth_id: id,
        ver: 2 + index,
      })),
    )
    expect(await statusesOf(app, someone)).toEqual([401, 401])
    const { query, tables } = app.database
    const accounts = await query.select().from(tables.authInfo)
    expect(accounts.find((account) => account.id === id)).toMatchObject({ securityVersion: 21 })
  })

  const ways: [string, (here: SignedIn, there: SignedIn) => ReturnType<typeof end>][] = [
    ['one', async (here, there) => end(here, `/sessions/${sessionOf(there)}`)],
    ['itself', async (_here, there) => end(there, `/sessions/${sessionOf(there)}`)],
    ['others', async (here) => end(here, '/sessions')],
    ['all', async (_here, there) => end(admin, `/users/${there.user.id}/sessions`)],
    ['those of everyone', async () => end(admin, '/users/sessions')],
  ]

  test.each(ways)(
    '3. a refresh that races the end of %s never leaves a token that works',
    async (name, endIt) => {
      for (let round = 0; round < rounds; round += 1) {
        const owner = `${name.replaceAll(' ', '_')}_${round}`
        const here = await register(app, owner)
        const there = await login(app, owner)
        const [refreshing, ended] = await Promise.all([refresh(app, refreshOf(there)), endIt(here, there)])
        expect(ended.status).toBe(name === 'those of everyone' ? 200 : 204)
        expect([200, 401]).toContain(refreshing.status)
        const tokens = [there, { ...there, token_pair: refreshing.body as SignedIn['token_pair'] }]
        for (const each of refreshing.status === 200 ? tokens : [there])
          expect(await statusesOf(app, each)).toEqual([401, 401])
      }
    },
  )

  test('a login that races the end of all others, or of all, has a session that works or none', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const here = await register(app, `racing_${round}`)
      const path = round % 2 === 0 ? '/sessions' : `/users/${here.user.id}/sessions`
      const [signedIn, ended] = await Promise.all([
        app.call('post', '/login', { body: { login: `racing_${round}`, password } }),
        end(round % 2 === 0 ? here : admin, path),
      ])
      expect([signedIn.status, ended.status]).toEqual([200, 204])
      const statuses = await statusesOf(app, signedIn.body as SignedIn)
      expect([
        [200, 200],
        [401, 401],
      ]).toContainEqual(statuses)
    }
  })
})
