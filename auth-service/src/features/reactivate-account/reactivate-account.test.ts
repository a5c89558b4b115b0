import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { eq } from '@accounts/shared/database/operators'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import {
  accessOf,
  login,
  refresh,
  refreshOf,
  register,
  registerAdmin,
  statusOfMe,
} from '../../testing/people.ts'

describeDialects('reactivating an account', (createDatabase) => {
  let app: AuthApp
  let admin: string
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = accessOf(await registerAdmin(app, 'the_admin'))
  })
  afterAll(async () => app.close())

  const reactivate = async (id: number) => app.call('post', `/users/${id}/reactivate`, { token: admin })

  test('lets its owner sign in again, and revives no token', async () => {
    const someone = await register(app, 'returning')
    const { id } = someone.user
    await app.call('post', `/account-delete/${id}`, { token: admin })
    for (let times = 0; times < 2; times += 1)
      expect(await reactivate(id)).toMatchObject({ status: 200, body: { id, is_active: true } })
    expect(await statusOfMe(app, accessOf(someone))).toBe(401)
    expect((await refresh(app, refreshOf(someone))).status).toBe(401)
    expect(await statusOfMe(app, accessOf(await login(app, 'returning')))).toBe(200)

    const { query, tables } = app.database
    const events = await query.select().from(tables.outbox).where(eq(tables.outbox.aggregateId, id))
    expect(events.map(({ payload }) => payload)).toMatchObject([
      { event_type: 'Register' },
      { event_type: 'Account Deactivate' },
      { event_type: 'Account Reactivate', is_active: true, ver: 3 },
    ])
  })

  test('of an account that is active changes nothing, of one that is not there is 404', async () => {
    const someone = await register(app, 'never_left')
    expect(await reactivate(someone.user.id)).toMatchObject({ status: 200, body: someone.user })
    expect(await statusOfMe(app, accessOf(someone))).toBe(200)
    expect(await reactivate(999_999)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })
})
