import type { AccountDetails, AccountDirectory, Lookup } from '../../ports.ts'

interface FindNeeds {
  lookup: Pick<Lookup, 'accountForLogin'>
  accountDirectory: Pick<AccountDirectory, 'find'>
}

/** Digits are an id and nothing else: anybody can choose a login that looks like the id of somebody else. */
const looksLikeId = (who: string) => /^\d+$/.test(who)
const mostDigits = 15

export const createFindAccount =
  ({ lookup, accountDirectory }: FindNeeds) =>
  async (who: string): Promise<AccountDetails> => {
    const id = looksLikeId(who) ? idFrom(who) : (await lookup.accountForLogin(who))?.id
    const account = id === undefined ? null : await accountDirectory.find(id)
    if (account === null)
      throw new Error(
        looksLikeId(who) ? `there is no account with the id ${who}` : `there is no account ${who}`,
      )
    return account
  }

export type FindAccount = ReturnType<typeof createFindAccount>

const idFrom = (digits: string) => (digits.length > mostDigits ? undefined : Number(digits))
