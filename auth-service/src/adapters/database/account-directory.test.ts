import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AccountDirectory, AccountFilter, AccountPlace } from '../../ports.ts'
import { createAccountDirectory } from './account-directory.ts'
import { now, openStore, type OpenedStore } from './testing/open-store.ts'
import { nowhere } from '../../domain/audit.ts'

describeDialects('pages of accounts', (createDatabase) => {
  let opened: OpenedStore
  let directory: AccountDirectory
  const ids: number[] = []
  beforeAll(async () => {
    opened = await openStore(createDatabase)
    directory = createAccountDirectory(opened.database)
    for (let index = 0; index < 9; index += 1) ids.push((await opened.register(`login_${index}`)).id)
    await opened.transact(nowhere, async (store) => {
      for (const id of ids) {
        const roles = { 0: ['editor', 'reader'], 1: ['editor'], 2: ['reader'] }[id % 3] ?? []
        await store.roles.give(id, roles, now)
        if (id % 3 === 2) await store.accounts.deactivate(id, now)
      }
    })
  })
  afterAll(async () => opened.drop())

  const all = async (filter: AccountFilter, limit: number) => {
    const found: number[] = []
    let after: AccountPlace | undefined
    do {
      const { accounts, next } = await directory.page({ ...filter, limit, after })
      found.push(...accounts.map(({ id }) => id))
      after = next ?? undefined
    } while (after !== undefined && found.length < 100)
    return found
  }

  test.each([1, 2, 3, 50])(
    '%i at a time they bring everyone who is meant, once, in one order',
    async (limit) => {
      const those = (...rests: number[]) => ids.filter((id) => rests.includes(id % 3))
      expect(await all({}, limit)).toEqual(ids)
      expect(await all({ role: 'editor' }, limit)).toEqual(those(0, 1))
      expect(await all({ role: 'reader' }, limit)).toEqual(those(0, 2))
      expect(await all({ isActive: true }, limit)).toEqual(those(0, 1))
      expect(await all({ isActive: false }, limit)).toEqual(those(2))
      // The same key for all of them, as each has the same name.
      expect(await all({ query: 'doe' }, limit)).toEqual(ids)
      expect(await all({ query: 'login_' }, limit)).toEqual(ids)
    },
  )

  test('the place where a page of another search ended is no way to accounts that do not match', async () => {
    const place = async (query: string) => (await directory.page({ query, limit: 1 })).next ?? undefined
    const found = async (query: string, after: AccountPlace | undefined) =>
      (await directory.page({ query, limit: 50, after })).accounts.map(({ id }) => id)
    expect(await found('login_3', await place('doe'))).toEqual([ids[3]])
    expect(await found('doe', await place('login_'))).toEqual([])
  })
})
