import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { and, eq, isNull } from '@accounts/shared/database/operators'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../ports.ts'
import { newSession, now, openStore, type OpenedStore, rotated, times } from './testing/open-store.ts'
import { nowhere } from '../../domain/audit.ts'

const rounds = 40

// Transactions of these meet in every order; SQLite takes one after the other, PostgreSQL several at once.
describeDialects('races of transactions', (createDatabase) => {
  let opened: OpenedStore
  beforeAll(async () => {
    opened = await openStore(createDatabase)
  })
  afterAll(async () => {
    await opened.drop()
  })

  const livingSessions = async (userId: number) => {
    const { sessions } = opened.tables
    const isLiving = and(eq(sessions.userId, userId), isNull(sessions.endedAt))
    return opened.query.select({ id: sessions.id }).from(sessions).where(isLiving)
  }
  const deactivate = async ({ accounts, sessions, outbox }: Store, id: number) => {
    await accounts.deactivate(id, now)
    await sessions.endAllOf(id, 'account deactivated', now)
    await outbox.add({ event_type: 'Account Deactivate', auth_id: id, is_active: false })
  }
  const revoked = (auth_id: number, session_id: string) =>
    ({ event_type: 'Session Revoke', auth_id, session_id, expires_at: now.toISOString() }) as const

  test('a rotation and an end of one session: it has ended, whichever came first', async () => {
    const { id: userId } = await opened.register('races_1')
    const race = async () => {
      const session = await opened.signIn(userId)
      const [, ended] = await Promise.all([
        opened.transact(nowhere, async (store) => store.sessions.rotate(session, rotated(session))),
        opened.transact(nowhere, async (store) => store.sessions.end(session.id, 'logout', now)),
      ])
      return ended
    }
    expect(await times(rounds, race)).toEqual(Array.from({ length: rounds }, () => true))
    expect(await livingSessions(userId)).toEqual([])
  })

  test('a login and a deactivation: no living session is left, whichever came first', async () => {
    const login = async ({ accounts, sessions }: Store, id: number) => {
      const account = await accounts.recordLogin(id, 'first hash', now)
      if (account !== null) await sessions.insert(newSession(id))
      return account !== null
    }
    const race = async (index: number) => {
      const { id } = await opened.register(`races_2_${index}`)
      await Promise.all([
        ...(index % 2 === 0 ? [opened.transact(nowhere, async (store) => login(store, id))] : []),
        opened.transact(nowhere, async (store) => deactivate(store, id)),
        opened.transact(nowhere, async (store) => login(store, id)),
      ])
      return livingSessions(id)
    }
    expect((await times(rounds, race)).flat()).toEqual([])
  })

  test('who ends one session, or all, of one account at once does not wait for the others for ever', async () => {
    const race = async (index: number) => {
      const { id } = await opened.register(`races_3_${index}`)
      const session = await opened.signIn(id)
      await Promise.all([
        opened.transact(nowhere, async ({ sessions, outbox }) => {
          await sessions.end(session.id, 'logout', now)
          await outbox.add(revoked(id, session.id))
        }),
        opened.transact(nowhere, async ({ sessions, outbox }) => {
          await sessions.endAllOf(id, 'logout', now)
          await outbox.add(revoked(id, session.id))
        }),
        opened.transact(nowhere, async (store) => deactivate(store, id)),
      ])
    }
    // A deadlock would reject one of them.
    for (let round = 0; round < 10; round += 1) await times(5, async (index) => race(round * 5 + index))
    const { outbox } = opened.tables
    expect((await opened.query.select().from(outbox)).length).toBeGreaterThanOrEqual(150)
  })

  test('a rotation and a deactivation: the session has ended, whichever came first', async () => {
    const race = async (index: number) => {
      const { id } = await opened.register(`races_4_${index}`)
      const session = await opened.signIn(id)
      await Promise.all([
        opened.transact(nowhere, async ({ sessions, blacklist }) => {
          if (!(await sessions.rotate(session, rotated(session)))) return
          const { refreshTokenId: tokenId, refreshExpiresAt: expiresAt } = session
          await blacklist.add([{ tokenId, userId: id, expiresAt }], now)
        }),
        opened.transact(nowhere, async (store) => deactivate(store, id)),
      ])
      return livingSessions(id)
    }
    expect((await times(rounds, race)).flat()).toEqual([])
  })
})
