import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AccountFacts, KnownAccount } from '../../ports.ts'
import { createReconcileAccounts, type Finding } from './reconcile-accounts.ts'

const facts = {
  isActive: fc.boolean(),
  securityVersion: fc.integer({ min: 1, max: 2 }),
  eventVersion: fc.integer({ min: 1, max: 3 }),
}

const id = fc.integer({ min: 1, max: 30 })

const byId = <Item extends { id: number }>(items: Item[]) => items.toSorted((one, other) => one.id - other.id)

const accounts = fc
  .uniqueArray(fc.record({ id, displayName: fc.constantFrom('Jo', 'Ann'), ...facts }), {
    selector: (account) => account.id,
  })
  .map((items): AccountFacts[] => byId(items))

const known = fc
  .uniqueArray(fc.record({ id, displayName: fc.constantFrom('Jo', 'Ann', null), ...facts }), {
    selector: (account) => account.id,
  })
  .map((items): KnownAccount[] => byId(items))

const pagesOf =
  <Item extends { id: number }>(items: readonly Item[], mostHeld: (held: number) => void) =>
  async ({ after, limit }: { after: number; limit: number }) => {
    const page = items.filter((item) => item.id > after).slice(0, limit)
    mostHeld(page.length)
    return page
  }

/** One account after the other, without pages, order or cleverness. */
const expected = (ours: readonly AccountFacts[], theirs: readonly KnownAccount[]) => {
  const lines: string[] = []
  for (let each = 1; each <= 30; each += 1) {
    const here = ours.find((account) => account.id === each)
    const there = theirs.find((account) => account.id === each)
    if (here && !there) lines.push(`${each} missing`)
    if (!here && there) lines.push(`${each} unknown`)
    if (!here || !there) continue
    const hasName = there.displayName === here.displayName || (!here.isActive && there.displayName === null)
    const hasVersion = !here.isActive || there.securityVersion === here.securityVersion
    const isSame =
      hasName && hasVersion && there.isActive === here.isActive && there.eventVersion === here.eventVersion
    if (!isSame) lines.push(`${each} differs`)
  }
  return lines
}

test('whatever the sizes of the pages, each difference is found once, in order, and no more than a page is held', async () => {
  await fc.assert(
    fc.asyncProperty(accounts, known, fc.integer({ min: 1, max: 12 }), async (ours, theirs, pageSize) => {
      const findings: Finding[] = []
      const mostHeld = (held: number) => expect(held).toBeLessThanOrEqual(pageSize)
      const reconcile = createReconcileAccounts({
        accountPage: pagesOf(ours, mostHeld),
        knownAccountPage: pagesOf(theirs, mostHeld),
        outboxRecords: { accountsOnTheWay: async () => new Set() },
        transact: async () => {
          throw new Error('nothing was to be repaired')
        },
        clock: () => new Date('2026-03-04T05:06:07.089Z'),
      })
      const total = await reconcile({
        pageSize,
        repair: false,
        onFinding: (finding) => void findings.push(finding),
      })
      expect(findings.map(({ accountId, kind }) => `${accountId} ${kind}`)).toEqual(expected(ours, theirs))
      expect(total.accounts).toBe(ours.length)
      expect(total.missing + total.unknown + total.differing).toBe(findings.length)
    }),
    { numRuns: 500 },
  )
})
