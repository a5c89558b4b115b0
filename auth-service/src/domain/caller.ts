import type { Principal } from '@accounts/shared/tokens/principal'
import type { Account } from './account.ts'

/** Who holds the access token of a request, with the account as the database knows it at this moment. */
export interface Caller extends Principal {
  account: Account
}
