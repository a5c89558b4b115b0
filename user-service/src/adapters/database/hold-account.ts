import { eq } from '@accounts/shared/database/operators'
import type { Scope } from './tables.ts'

/**
 * What is known of an account, which nobody else can change until the transaction ends; with it everything else of the
 * account, since whoever changes any of it takes this first. An update that changes nothing, because only one dialect
 * knows `for update`.
 */
export const holdAccount = async ({ query, tables: { accountStates } }: Scope, authId: number, at: Date) => {
  const [added] = await query
    .insert(accountStates)
    .values({ authId, eventVersion: 0, isActive: true, securityVersion: 1, updatedAt: at })
    .onConflictDoNothing()
    .returning()
  if (added) return { ...added, isNew: true }
  const [state] = await query
    .update(accountStates)
    .set({ eventVersion: accountStates.eventVersion })
    .where(eq(accountStates.authId, authId))
    .returning()
  if (!state) throw new Error(`the state of account ${authId} is gone`)
  return { ...state, isNew: false }
}
