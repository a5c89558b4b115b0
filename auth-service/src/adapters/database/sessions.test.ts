import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Session } from '../../domain/session.ts'
import type { Store } from '../../ports.ts'
import { later, newSession, now, openStore, type OpenedStore, rotated, times } from './testing/open-store.ts'
import { nowhere } from '../../domain/audit.ts'

describeDialects('sessions', (createDatabase) => {
  let opened: OpenedStore
  let userId: number
  beforeAll(async () => {
    opened = await openStore(createDatabase)
    userId = (await opened.register('owner')).id
  })
  afterAll(async () => {
    await opened.drop()
  })

  const inSessions = async <Result>(work: (sessions: Store['sessions']) => Promise<Result>) =>
    opened.transact(nowhere, async (store) => work(store.sessions))
  const rotate = async (from: Session, to: Session) => inSessions(async (it) => it.rotate(from, to))

  test('a session is found as it was put in', async () => {
    const session = await opened.signIn(userId, { previousRefreshTokenId: 'before', ip: null })
    expect(await opened.readSession(session.id)).toEqual(session)
    expect(await opened.readSession('unknown')).toBeNull()
    await expect(opened.signIn(987_654)).rejects.toThrow(/foreign key/i)
  })

  test('what a client says of itself is cut, without splitting a character, and loses its NULs', async () => {
    const session = await opened.signIn(userId, {
      ip: `${'1'.repeat(63)}\0${'2'.repeat(30)}`,
      userAgent: `\0${'x'.repeat(511)}🦊 and more`,
    })
    const stored = { ip: `${'1'.repeat(63)}2`, userAgent: 'x'.repeat(511) }
    expect(await opened.readSession(session.id)).toMatchObject(stored)
    const fitting = { ...rotated(session), userAgent: `${'x'.repeat(510)}🦊 and more`, ip: '\0' }
    expect(await rotate(session, fitting)).toBe(true)
    expect(await opened.readSession(session.id)).toMatchObject({
      ip: '',
      userAgent: `${'x'.repeat(510)}🦊`,
    })
  })

  test('a rotation changes the pair and nothing that must not move', async () => {
    const session = await opened.signIn(userId)
    const next = rotated(session)
    const greedy = { ...next, userId: 987_654, createdAt: later(1), expiresAt: later(99_000), endedAt: now }
    expect(await rotate(session, greedy)).toBe(true)
    expect(await opened.readSession(session.id)).toEqual(next)
  })

  test('of fifty rotations of one refresh token at once exactly one succeeds', async () => {
    const session = await opened.signIn(userId)
    const successors = Array.from({ length: 50 }, () => rotated(session))
    const answers = await Promise.all(successors.map(async (to) => rotate(session, to)))
    expect(answers.filter(Boolean)).toHaveLength(1)
    expect(await opened.readSession(session.id)).toEqual(successors[answers.indexOf(true)])
  })

  test('a session ends once, keeps its first reason, and is not rotated any more', async () => {
    const session = await opened.signIn(userId)
    const end = async (index: number) =>
      inSessions(async (it) => it.end(session.id, index === 0 ? 'logout' : 'refresh theft', later(index)))
    expect(await end(0)).toBe(true)
    expect(await end(1)).toBe(false)
    expect(await rotate(session, rotated(session))).toBe(false)
    const ended = { ...session, endedAt: now, endReason: 'logout' }
    expect(await opened.readSession(session.id)).toEqual(ended)
    expect(await inSessions(async (it) => it.end('unknown', 'logout', now))).toBe(false)
  })

  test('of many that end one session at once exactly one does', async () => {
    const session = await opened.signIn(userId)
    const end = async () => inSessions(async (it) => it.end(session.id, 'logout', now))
    expect((await times(20, end)).filter(Boolean)).toHaveLength(1)
  })

  test('all sessions of an account end but the one excepted; those of others and ended ones stay as they are', async () => {
    const { id: leaver } = await opened.register('leaver')
    const [kept, other, ended] = [newSession(leaver), newSession(leaver), newSession(leaver)]
    const stranger = await opened.signIn(userId)
    for (const session of [kept, other, ended]) await inSessions(async (it) => it.insert(session))
    await inSessions(async (it) => it.end(ended.id, 'logout', now))

    await inSessions(async (it) => it.endAllOf(leaver, 'password changed', later(1), kept.id))
    expect(await opened.readSession(kept.id)).toEqual(kept)
    expect(await opened.readSession(stranger.id)).toEqual(stranger)
    expect(await opened.readSession(ended.id)).toMatchObject({ endedAt: now, endReason: 'logout' })
    const told = { endedAt: later(1), endReason: 'password changed' }
    expect(await opened.readSession(other.id)).toMatchObject(told)

    await inSessions(async (it) => it.endAllOf(leaver, 'account deactivated', later(2)))
    expect(await opened.readSession(kept.id)).toMatchObject({ endReason: 'account deactivated' })
  })

  test('others of an account end a limited number at a time, beside one that lives; without it none does', async () => {
    const { id: keeper } = await opened.register('keeper')
    const kept = await opened.signIn(keeper)
    const endOthers = async (limit: number) =>
      inSessions(async (it) =>
        it.endOthers(
          { userId: keeper, sessionId: kept.id },
          { reason: 'ended by its owner', at: now, limit },
        ),
      )
    const others = [await opened.signIn(keeper), await opened.signIn(keeper), await opened.signIn(keeper)]
    const first = await endOthers(2)
    const second = await endOthers(2)
    expect([first?.length, second?.length]).toEqual([2, 1])
    expect([...(first ?? []), ...(second ?? [])].toSorted()).toEqual(others.map(({ id }) => id).toSorted())
    expect(await endOthers(2)).toEqual([])
    expect(await opened.readSession(kept.id)).toEqual(kept)

    const survivor = await opened.signIn(keeper)
    await inSessions(async (it) => it.end(kept.id, 'logout', now))
    expect(await endOthers(2)).toBeNull()
    expect(await opened.readSession(survivor.id)).toEqual(survivor)
  })
})
