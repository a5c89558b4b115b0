import type { AccountPage, Clock, KnownAccountPage, OutboxRecords, Transact } from '../../ports.ts'
import { compareAccounts, type Difference } from './compare-accounts.ts'
import { nowhere } from '../../domain/audit.ts'

interface ReconcileNeeds {
  accountPage: AccountPage
  knownAccountPage: KnownAccountPage
  outboxRecords: Pick<OutboxRecords, 'accountsOnTheWay'>
  transact: Transact
  clock: Clock
  /** A difference that is younger may still settle by itself. */
  graceSeconds?: number
}

interface ReconcileOptions {
  pageSize: number
  repair: boolean
  /** Told of each difference as it is found. */
  onFinding(finding: Finding): void
}

export type Finding = Difference & { state: 'found' | 'on its way' | 'repaired' }

export interface Reconciliation {
  accounts: number
  missing: number
  unknown: number
  differing: number
  onTheWay: number
  repaired: number
}

/** Holds every account against what user-service knows of it, a page of each side at a time. */
export const createReconcileAccounts =
  ({ accountPage, knownAccountPage, outboxRecords, transact, clock, graceSeconds = 10 }: ReconcileNeeds) =>
  async ({ pageSize, repair, onFinding }: ReconcileOptions): Promise<Reconciliation> => {
    const total = { accounts: 0, missing: 0, unknown: 0, differing: 0, onTheWay: 0, repaired: 0 }

    const settle = async (difference: Difference, isOnItsWay: boolean): Promise<Finding['state']> => {
      if (isOnItsWay) return 'on its way'
      if (!repair || difference.kind === 'unknown') return 'found'
      return (await sendSnapshot(transact, difference)) ? 'repaired' : 'found'
    }

    for (let after = 0; after < Infinity;) {
      const since = new Date(clock().getTime() - graceSeconds * 1000)
      const accounts = await accountPage({ after, limit: pageSize })
      const known = await knownAccountPage({ after, limit: pageSize })
      // Of what lies behind it, one side has said nothing yet.
      const end = Math.min(endOf(accounts, pageSize), endOf(known, pageSize))
      const within = accounts.filter(({ id }) => id <= end)
      const differences = compareAccounts(
        within,
        known.filter(({ id }) => id <= end),
      )
      const ids = differences.map(({ accountId }) => accountId)
      const onTheWay = await outboxRecords.accountsOnTheWay(ids, since)
      for (const difference of differences) {
        const state = await settle(difference, onTheWay.has(difference.accountId))
        total[counted[state === 'on its way' ? state : difference.kind]] += 1
        if (state === 'repaired') total.repaired += 1
        onFinding({ ...difference, state })
      }
      total.accounts += within.length
      after = end
    }
    return total
  }

export type ReconcileAccounts = ReturnType<typeof createReconcileAccounts>

const counted = {
  'on its way': 'onTheWay',
  missing: 'missing',
  unknown: 'unknown',
  differs: 'differing',
} as const

const endOf = (page: readonly { id: number }[], pageSize: number) =>
  page.length < pageSize ? Infinity : (page.at(-1)?.id ?? Infinity)

const sendSnapshot = async (transact: Transact, difference: Difference) =>
  transact(nowhere, async (store) => {
    const { accountId: userId, kind } = difference
    const above = kind === 'differs' ? difference.knownVersion : 0
    if (!(await store.snapshots.add(userId, { above }))) return false
    const what = kind === 'differs' ? difference.in.join(', ') : kind
    await store.audit.add({ action: 'account repaired', userId, details: { difference: what } })
    return true
  })
