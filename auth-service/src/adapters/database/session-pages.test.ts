import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createSignedInAccounts } from './session-pages.ts'
import { later, now, openStore, type OpenedStore } from './testing/open-store.ts'

describeDialects('accounts that somebody is signed in to', (createDatabase) => {
  let opened: OpenedStore
  const ids: number[] = []
  beforeAll(async () => {
    opened = await openStore(createDatabase)
    for (let account = 0; account < 10; account += 1) ids.push((await opened.register(`login_${account}`)).id)
    const [, second = 0, third = 0, fourth = 0, fifth = 0, , , eighth = 0] = ids
    const ended = { endedAt: now, endReason: 'logout' } as const
    for (let session = 0; session < 3; session += 1) await opened.signIn(second, session === 0 ? ended : {})
    await opened.signIn(third, ended)
    await opened.signIn(third, { expiresAt: now })
    await opened.signIn(fourth, { refreshExpiresAt: now, expiresAt: later(1) })
    await opened.signIn(fifth)
    await opened.signIn(eighth)
  })
  afterAll(async () => {
    await opened.drop()
  })

  const pages = async (limit: number, mostLookedAt?: number) => {
    const page = createSignedInAccounts({
      database: opened.database,
      clock: () => now,
      ...(mostLookedAt !== undefined && { mostLookedAt }),
    })
    const found: number[][] = []
    for (let after: number | null = 0; after !== null;) {
      const answer = await page({ after, limit })
      found.push(answer.ids.map((id) => ids.indexOf(id)))
      after = answer.next
    }
    return found
  }

  test('are those with a session that lives, once each, by id', async () => {
    expect(await pages(100)).toEqual([[1, 3, 4, 7]])
    expect(await pages(4)).toEqual([[1, 3, 4, 7]])
  })

  test('come a page at a time, which begins where the other ended', async () => {
    expect(await pages(3)).toEqual([[1, 3, 4], [7]])
    expect(await pages(2)).toEqual([
      [1, 3],
      [4, 7],
    ])
    expect(await pages(1)).toEqual([[1], [3], [4], [7]])
  })

  test('are looked for among a limited number of accounts at a time, so a page may have none and not be the last', async () => {
    expect(await pages(100, 3)).toEqual([[1], [3, 4], [7], []])
    expect(await pages(100, 1)).toEqual([[], [1], [], [3], [4], [], [], [7], [], [], []])
    expect(await pages(1, 5)).toEqual([[1], [3], [4], [7], []])
  })
})
