import type { ReceivedEvent } from '@accounts/shared/events/read-account-event'
import type { ConsumerStatus } from '@accounts/shared/messaging/bus'
import type { Principal } from '@accounts/shared/tokens/principal'
import type { Step } from './domain/account-state.ts'
import type { Profile } from './domain/profile.ts'

export type Clock = () => Date

// --- answering requests ---

/** Asked with every request that carries a token. */
export interface Lookup {
  /** In one query, by what the events have said so far; `null`: the token is dead. */
  standing(token: TokenIdentity): Promise<{ profile: Profile | null } | null>
}

export type TokenIdentity = Pick<Principal, 'userId' | 'sessionId' | 'securityVersion'>

/** `null`: the account is known to be dead, or the token to be. */
export interface Profiles {
  /** The account's own, made from the token if there is none. */
  make(holder: TokenIdentity & Pick<Principal, 'displayName'>): Promise<Profile | null>
  editBio(authId: number, bio: string | null): Promise<Profile | null>
}

export interface KnownAccount {
  authId: number
  isActive: boolean
  securityVersion: number
  eventVersion: number
  displayName: string | null
}

/** By id, those after `after`, no more than `limit`. */
export type ListAccounts = (page: { after: number; limit: number }) => Promise<KnownAccount[]>

/** Whether news of accounts arrives at present. */
export interface EventLink {
  status(): ConsumerStatus
}

// --- applying events ---

/** All of it or nothing; a repetition has no effect, and events of one account may arrive in any order. */
export type ApplyEvent = (received: ReceivedEvent) => Promise<Step['outcome']>

/** What waits for events that come before it. Counted up to a bound. */
export type ReadPending = () => Promise<{ events: number; oldest: Date | null }>

/** How much was removed. */
export type RemoveExpired = () => Promise<{ inbox: number; revokedSessions: number }>
