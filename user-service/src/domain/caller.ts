import type { Principal } from '@accounts/shared/tokens/principal'
import type { Profile } from './profile.ts'

/** Who holds the access token of a request. */
export interface Caller extends Principal {
  profile: Profile
}
