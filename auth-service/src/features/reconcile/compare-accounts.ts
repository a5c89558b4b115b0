import type { AccountFacts, KnownAccount } from '../../ports.ts'

/** `ahead`: user-service has heard of later events than there are, as after a backup was restored here. */
export type Discrepancy = 'display_name' | 'is_active' | 'security_version' | 'event_version' | 'ahead'

export type Difference =
  | { accountId: number; kind: 'missing' }
  | { accountId: number; kind: 'unknown' }
  | { accountId: number; kind: 'differs'; in: readonly Discrepancy[]; knownVersion: number }

/** What two lists, both by ascending id, disagree about. */
export const compareAccounts = (
  accounts: readonly AccountFacts[],
  known: readonly KnownAccount[],
): Difference[] => {
  const differences: Difference[] = []
  let position = 0
  for (const account of accounts) {
    for (; (known[position]?.id ?? Infinity) < account.id; position += 1)
      differences.push(unknown(known[position]))
    const counterpart = known[position]
    if (counterpart?.id !== account.id) {
      differences.push({ accountId: account.id, kind: 'missing' })
      continue
    }
    position += 1
    const discrepancies = discrepanciesOf(account, counterpart)
    if (discrepancies.length === 0) continue
    differences.push({
      accountId: account.id,
      kind: 'differs',
      in: discrepancies,
      knownVersion: counterpart.eventVersion,
    })
  }
  return [...differences, ...known.slice(position).map(unknown)]
}

const unknown = (account: KnownAccount | undefined): Difference => ({
  accountId: account?.id ?? 0,
  kind: 'unknown',
})

const discrepanciesOf = (account: AccountFacts, known: KnownAccount): Discrepancy[] => {
  const nameDiffers = known.displayName !== account.displayName
  // A dead account needs no profile, and no version of its tokens: none of them is taken.
  const found: Record<Discrepancy, boolean> = {
    display_name: nameDiffers && (account.isActive || known.displayName !== null),
    is_active: known.isActive !== account.isActive,
    security_version: account.isActive && known.securityVersion !== account.securityVersion,
    event_version: known.eventVersion < account.eventVersion,
    ahead: known.eventVersion > account.eventVersion,
  }
  return (Object.keys(found) as Discrepancy[]).filter((name) => found[name])
}
