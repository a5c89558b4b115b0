import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUserApp, serviceSecret, type UserApp } from '../../testing/user-app.ts'

interface Listed {
  auth_id: number
}

describeDialects('list of accounts', (createDatabase) => {
  let app: UserApp
  beforeAll(async () => {
    app = await createUserApp({ createDatabase })
    const { query, tables } = app.database
    const at = app.clock()
    const state = { eventVersion: 4, isActive: false, securityVersion: 3, updatedAt: at }
    const profile = { displayName: 'John Doe', isActive: true, createdAt: at, updatedAt: at }
    const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index)
    // 3: both; 5: a state alone; 8: a profile alone; then enough for pages that end in the midst of each kind.
    for (const authId of [3, 5, ...from(100, 300)])
      await query.insert(tables.accountStates).values({ ...state, authId })
    for (const authId of [3, 8, ...from(200, 300)])
      await query.insert(tables.userProfiles).values({ ...profile, authId })
  })
  afterAll(async () => app.close())

  const authorization = { Authorization: `Basic ${Buffer.from(`tools:${serviceSecret}`).toString('base64')}` }
  const list = async (query = '') => app.call('get', `/accounts${query}`, { headers: authorization })
  const idsOf = async (query: string) => ((await list(query)).body as Listed[]).map(({ auth_id }) => auth_id)

  test('200: what is known of each, also of those with only a state or only a profile', async () => {
    const known = { is_active: false, security_version: 3, event_version: 4 }
    expect(await list('?limit=3')).toMatchObject({ status: 200 })
    expect((await list('?limit=3')).body).toEqual([
      { auth_id: 3, ...known, display_name: 'John Doe' },
      { auth_id: 5, ...known, display_name: null },
      { auth_id: 8, is_active: true, security_version: 0, event_version: 0, display_name: 'John Doe' },
    ])
  })

  test.each([1, 2, 7, 100, 250, 500])(
    'pages of %i hold every account once, in order',
    async (limit) => {
      const seen: number[] = []
      let page: number[]
      do {
        page = await idsOf(`?limit=${limit}&after=${seen.at(-1) ?? 0}`)
        expect(page.length).toBeLessThanOrEqual(limit)
        seen.push(...page)
      } while (page.length === limit && seen.length <= 500)
      expect(seen).toEqual([3, 5, 8, ...Array.from({ length: 400 }, (_, index) => 100 + index)])
    },
    20_000,
  )

  test('nothing comes after the last', async () => {
    expect((await list('?after=499')).body).toEqual([])
  })

  test.each([
    '?limit=501',
    '?limit=0',
    '?limit=-1',
    '?limit=all',
    '?after=x',
    '?after=1&after=2',
    '?offset=5',
  ])('422: %s', async (query) => {
    expect((await list(query)).status).toBe(422)
  })

  test('401 without the credential of the services, also with a token', async () => {
    const refused = {
      status: 401,
      body: { code: 'wrong_credentials' },
      headers: { 'www-authenticate': 'Basic realm="services"' },
    }
    expect(await app.call('get', '/accounts')).toMatchObject(refused)
    expect(await app.call('get', '/accounts', { token: app.tokenOf({ id: 3 }) })).toMatchObject(refused)
  })
})
