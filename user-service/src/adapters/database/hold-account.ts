import { eq } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import type { Scope } from './tables.ts'

/**
 * What is known of an account, which nobody else can change until the transaction ends; with it everything else of the
 * account, since whoever changes any of it takes this first. An update that changes nothing, because only one dialect
 * knows `for update`.
 */
export const holdAccount = async (scope: Scope, authId: number, at: Date) => {
  const [added] = await insert(scope, { authId, at })
  if (added) return { ...added, isNew: true }
  const [state] = await hold(scope, { authId })
  if (!state) throw new Error(`the state of account ${authId} is gone`)
  return { ...state, isNew: false }
}

const insert = defineStatement(
  ({ query, tables: { accountStates } }: Scope, given: { authId: number; at: Date }) =>
    query
      .insert(accountStates)
      .values({
        authId: given.authId,
        eventVersion: 0,
        isActive: true,
        securityVersion: 1,
        updatedAt: given.at,
      })
      .onConflictDoNothing()
      .returning(),
)

const hold = defineStatement(({ query, tables: { accountStates } }: Scope, given: { authId: number }) =>
  query
    .update(accountStates)
    .set({ eventVersion: accountStates.eventVersion })
    .where(eq(accountStates.authId, given.authId))
    .returning(),
)
