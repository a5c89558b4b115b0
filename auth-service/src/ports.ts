import type { AccountEvent, AccountEventType } from '@accounts/shared/events/account-events'
import type { EventHeaders } from '@accounts/shared/events/event-headers'
import type { VerificationKey } from '@accounts/shared/tokens/keys'
import type { Account, AccountWithPassword, AccountWithRoles, NewAccount } from './domain/account.ts'
import type { AuditEntry, Origin } from './domain/audit.ts'
import type { Role } from './domain/roles.ts'
import type { EndReason, Session } from './domain/session.ts'

export type Clock = () => Date

/** A public key as RFC 7517 writes it. */
export interface PublicKey {
  kty: string
  kid: string
  alg: string
  use: 'sig'
  [member: string]: unknown
}

/** The private half; its name and algorithm are those of the public one. */
export type SigningKey = Readonly<VerificationKey>

/** The keys that tokens are signed with; only their public halves leave. */
export interface SigningKeys {
  /** The one that signs now. */
  current(): SigningKey
  /** Any whose tokens may still be valid. */
  find(kid: string): VerificationKey | undefined
  publicKeys(): { keys: PublicKey[] }
}

/** A key of the ring: from when it signs, and after when it is no longer published. */
export interface RingKey extends SigningKey {
  createdAt: Date
  signsFrom: Date
  /** `null`: not before another key has taken over. */
  retiresAt: Date | null
}

export interface KeyRing {
  /** One change at a time. Given the same array back it writes nothing; a ring that does not exist yet is empty. */
  change<Result>(
    decide: (keys: readonly RingKey[]) => { keys: readonly RingKey[]; result: Result },
  ): Promise<Result>
}

export interface PasswordHasher {
  hash(password: string): Promise<string>
  /** `outdated`: right, but hashed with less work than today's hashes. */
  verify(hashedPassword: string, password: string): Promise<'wrong' | 'right' | 'outdated'>
  /** The same work for an account that does not exist, so that nobody learns so from the time it takes. */
  verifyNothing(password: string): Promise<void>
}

export interface BreachedPasswords {
  includes(password: string): boolean
}

/** What a transaction can read and change. Each change that names a state it expects is refused in any other. */
export interface Store {
  accounts: {
    /** `null`: the login or the address is taken. */
    insert(account: NewAccount): Promise<AccountWithRoles | null>
    find(id: number): Promise<AccountWithRoles | null>
    /** `null`: deactivated, or the password has changed since it was verified. Holds the account until the end. */
    recordLogin(id: number, verifiedHash: string, at: Date): Promise<AccountWithRoles | null>
    /** Also begins a new security version. `null` as above. */
    changePassword(id: number, verifiedHash: string, newHash: string, at: Date): Promise<Account | null>
    /** The same password, hashed with more work; nothing happens when it has changed meanwhile. */
    rehash(id: number, verifiedHash: string, newHash: string): Promise<void>
    /** Also begins a new security version. `null`: there was no active account of this id. */
    deactivate(id: number, at: Date): Promise<Account | null>
    /** Also begins a new security version. `null`: there was no deactivated account of this id. */
    reactivate(id: number, at: Date): Promise<Account | null>
    /** Every older access token is dead. `null`: there is no such account. */
    raiseSecurityVersion(id: number, at: Date): Promise<Account | null>
  }
  roles: {
    /** Until the end nobody else changes a role, who holds one, or whether an administrator is active. */
    hold(): Promise<void>
    find(name: string): Promise<Role | null>
    /** `null`: there is one of this name. */
    insert(role: Omit<Role, 'isBuiltIn' | 'version'>, at: Date): Promise<Role | null>
    update(role: Role, at: Date): Promise<void>
    remove(name: string): Promise<void>
    holders(name: string): Promise<number[]>
    /** Instead of what the account had; everybody has `user` anyway. */
    give(userId: number, roles: readonly string[], at: Date): Promise<void>
    hasActiveAdmin(): Promise<boolean>
    /** Tells what the account may do now, and ends every older access token of it. */
    tell(userId: number, at: Date): Promise<void>
  }
  sessions: {
    insert(session: Session): Promise<void>
    find(id: string): Promise<Session | null>
    /** False: the session has ended, or another request was quicker to exchange the refresh token. */
    rotate(from: Session, to: Session): Promise<boolean>
    /** False: it had ended already. */
    end(id: string, reason: EndReason, at: Date): Promise<boolean>
    endAllOf(userId: number, reason: EndReason, at: Date, except?: string): Promise<void>
    /** Some of those that live beside this one; their ids. `null`: this one lives no more. */
    endOthers(
      kept: { userId: number; sessionId: string },
      how: { reason: EndReason; at: Date; limit: number },
    ): Promise<string[] | null>
  }
  blacklist: {
    add(tokens: readonly BlacklistedToken[], at: Date): Promise<void>
  }
  outbox: {
    /** Kept with the change it tells of; delivered later. */
    add(event: AccountEvent): Promise<void>
  }
  outboxRows: {
    /** What was parked or published waits again, under the same id; `null`: there is no such row. */
    sendAgain(id: string): Promise<OutboxRecord | null>
    /** The same for what was parked before, oldest first; how many they were. */
    sendParkedAgain(which: { parkedBefore: Date; limit: number }): Promise<number>
    /** `null`: no such row is parked. */
    removeParked(id: string): Promise<OutboxRecord | null>
  }
  snapshots: {
    /** Tells all of an account again, in a version `above` the given one. False: there is no such account. */
    add(accountId: number, options?: { above?: number }): Promise<boolean>
  }
  audit: {
    /** A row now, a log line once the transaction has been committed. */
    add(entry: AuditEntry): Promise<void>
  }
}

export interface BlacklistedToken {
  tokenId: string
  userId: number
  expiresAt: Date
}

/** Rows and events that the work leaves behind name the request that it is done for. */
export type Transact = <Result>(origin: Origin, work: (store: Store) => Promise<Result>) => Promise<Result>

/** Roles outside of any transaction. */
export interface RoleLookup {
  find(name: string): Promise<Role | null>
  /** By name, ascending. */
  page(which: { after?: string | undefined; limit: number }): Promise<Role[]>
}

/** What people see of a session. */
export type ListedSession = Pick<Session, 'id' | 'userAgent' | 'ip' | 'createdAt' | 'lastUsedAt'>

/** Those of an account that live, the last used first. `null`: there is no such account. */
export type SessionPage = (which: { userId: number; limit: number }) => Promise<ListedSession[] | null>

/** Accounts that somebody is signed in to, by id; none is no end: `next` is where to go on, `null` where all were seen. */
export type SignedInAccounts = (which: PageAfter) => Promise<{ ids: number[]; next: number | null }>

export interface AccountDetails extends AccountWithRoles {
  createdAt: Date
  lastLoginAt: Date | null
}

/** Where a page of accounts ended; `key` in one that was searched. */
export interface AccountPlace {
  id: number
  key?: string | undefined
}

/** One of them at most. */
export interface AccountFilter {
  /** How the login, the address or a word of the name begins, whatever its case. */
  query?: string | undefined
  role?: string | undefined
  isActive?: boolean | undefined
}

/** Accounts for those who look after them. */
export interface AccountDirectory {
  /** By id, ascending; by what was found where there is a query. */
  page(which: AccountFilter & { limit: number; after?: AccountPlace | undefined }): Promise<{
    accounts: AccountDetails[]
    next: AccountPlace | null
  }>
  find(id: number): Promise<AccountDetails | null>
}

/** What is asked outside of any transaction. */
export interface Lookup {
  isTaken(what: { login: string } | { email: string }): Promise<boolean>
  /** By login or address, whatever its case. */
  accountForLogin(loginOrEmail: string): Promise<AccountWithPassword | null>
  accountWithPassword(id: number): Promise<AccountWithPassword | null>
  /** The account behind a token, in one query; `null`: the token is dead. */
  standing(token: TokenIdentity): Promise<Account | null>
}

export interface TokenIdentity {
  userId: number
  sessionId: string
  tokenId: string
  /** Only access tokens carry one. */
  securityVersion?: number
}

/** What a refresh token that is really ours says. */
export interface RefreshTokenFacts extends BlacklistedToken {
  sessionId: string
}

/** Throws the 401 that a forged or expired one is answered with. */
export type VerifyRefreshToken = (
  token: string,
  options?: { expiredToo?: boolean },
) => Promise<RefreshTokenFacts>

interface CleanedRows {
  tokens: number
  sessions: number
  events: number
}

/** Removes what nobody can use any more: tokens, sessions, events published long ago. A bounded number at a time. */
export type RemoveExpired = () => Promise<{ removed: CleanedRows; remaining: CleanedRows }>

/** A row of the outbox, as people see it. */
export interface OutboxRecord {
  sequence: number
  id: string
  type: string
  accountId: number
  state: 'waiting' | 'published' | 'parked'
  requestId: string | null
  createdAt: Date
  parkedAt: Date | null
  reason: string | null
  body: string
  headers: Readonly<Record<string, unknown>>
}

export interface OutboxRecords {
  /** Oldest first. */
  page(options: { state: 'waiting' | 'parked'; limit: number; after?: number | undefined }): Promise<{
    records: OutboxRecord[]
    more: boolean
  }>
  find(id: string): Promise<OutboxRecord | null>
  /** Those of the accounts that have an event waiting, or one that was written or published after `since`. */
  accountsOnTheWay(accountIds: readonly number[], since: Date): Promise<Set<number>>
}

/** Sends again what was published, or parked, since then; how many events. */
export type Republish = (which: {
  since: Date
  accountId?: number | undefined
  parked?: boolean | undefined
}) => Promise<number>

/** What the services have to agree on about an account. */
export interface AccountFacts {
  id: number
  displayName: string
  isActive: boolean
  securityVersion: number
  eventVersion: number
}

/** As user-service knows it; without a profile there is no name. */
export interface KnownAccount extends Omit<AccountFacts, 'displayName'> {
  displayName: string | null
}

interface PageAfter {
  after: number
  limit: number
}

/** By id, ascending. */
export type AccountPage = (which: PageAfter) => Promise<AccountFacts[]>

/** The same of user-service. */
export type KnownAccountPage = (which: PageAfter) => Promise<KnownAccount[]>

/** A row of the outbox, as it is sent. */
export interface WaitingEvent {
  sequence: number
  id: string
  accountId: number
  type: AccountEventType
  body: AccountEvent
  headers: EventHeaders
  correlationId: string | undefined
}

export interface OutboxBacklog {
  /** Counted up to a limit. */
  waiting: number
  parked: number
  oldestWaitingAt: Date | null
}

/** The outbox as the relay sees it. */
export interface OutboxQueue {
  /** In the order in which they were written. */
  waiting(limit: number, exceptAccounts?: readonly number[]): Promise<WaitingEvent[]>
  markPublished(sequences: readonly number[]): Promise<void>
  park(sequence: number, reason: string): Promise<void>
  backlog(): Promise<OutboxBacklog>
}

/** What only one process at a time may do; a process that dies or stops loses it when its time is over. */
export interface Lease {
  /** Takes it, or keeps it. False: somebody else has it. */
  hold(): Promise<boolean>
  isHeld(): boolean
  release(): Promise<void>
}
