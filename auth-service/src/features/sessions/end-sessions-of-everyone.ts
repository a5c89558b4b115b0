import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Logger } from '@accounts/shared/logging/logger'
import { identityFacts } from '@accounts/shared/logging/request-identity'
import type { Origin } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { mostAtATime } from '../../domain/page-query.ts'
import type { SignedInAccounts, Transact } from '../../ports.ts'

interface EndNeeds<Ender> {
  signedInAccounts: SignedInAccounts
  transact: Transact
  /** In a transaction of its own. False: there was nothing to end. */
  endThoseOf: (userId: number, ender: Ender, origin: Origin) => Promise<boolean>
  logger: Logger
  accountsAtATime?: number
}

/** One page of the accounts that somebody is signed in to; nobody in particular ends them on the command line. */
export const createEndSessionsOfEveryone = <Ender extends Caller | undefined>({
  signedInAccounts,
  transact,
  endThoseOf,
  logger,
  accountsAtATime = mostAtATime,
}: EndNeeds<Ender>) => {
  const record = async (accounts: number, after: number, ender: Ender, origin: Origin) =>
    transact(origin, async (store) =>
      store.audit.add({
        action: 'everyone signed out',
        ...{ actorId: ender?.userId, sessionId: ender?.sessionId },
        details: { accounts, after },
      }),
    )

  return async (after: number, ender: Ender, origin: Origin) => {
    const { ids, next } = await signedInAccounts({ after, limit: accountsAtATime })
    // First, so that nothing is done of which it does not tell.
    await record(ids.length, after, ender, origin)
    let [accounts, failed] = [0, 0]
    for (const userId of ids)
      try {
        if (await endThoseOf(userId, ender, origin)) accounts += 1
      } catch (error) {
        // Then none of the others can be ended either. Asked again, it finds those that are left.
        if (error instanceof ServiceError && error.code === 'unavailable') throw error
        logger.error(
          { ...identityFacts(origin), err: error, user_id: userId },
          'the sessions of an account could not be ended',
        )
        failed += 1
      }
    return { accounts, failed, next }
  }
}
