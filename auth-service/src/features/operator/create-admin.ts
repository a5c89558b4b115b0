import { ServiceError } from '@accounts/shared/errors/service-error'
import type { AccountWithRoles } from '../../domain/account.ts'
import type { Registration } from '../../domain/registration.ts'
import { adminRole, rolesFrom } from '../../domain/roles.ts'
import type { Clock, Lookup, PasswordHasher, Store, Transact } from '../../ports.ts'
import { nowhere } from '../../domain/audit.ts'

interface CreationNeeds {
  lookup: Pick<Lookup, 'isTaken'>
  transact: Transact
  passwords: Pick<PasswordHasher, 'hash'>
  clock: Clock
}

interface Creation {
  /** Only while there is no active administrator. */
  ifNone: boolean
}

/** An account with the role `admin`, or `null`: there was an administrator, and none was to be made then. */
export const createCreateAdmin =
  ({ lookup, transact, passwords, clock }: CreationNeeds) =>
  async (registration: Registration, { ifNone }: Creation): Promise<AccountWithRoles | null> => {
    const { login, password } = registration
    const hashedPassword = await passwords.hash(password)
    const made = await transact(nowhere, async (store) => {
      // Of two at once, one waits here until it can see what the other has made.
      await store.roles.hold()
      if (ifNone && (await store.roles.hasActiveAdmin())) return 'there is one'
      return insertAdmin(store, { ...registration, hashedPassword }, clock())
    })
    if (made === null)
      throw new ServiceError((await lookup.isTaken({ login })) ? 'login_taken' : 'email_taken')
    return made === 'there is one' ? null : made
  }

export type CreateAdmin = ReturnType<typeof createCreateAdmin>

type NewAdmin = Pick<Registration, 'display_name' | 'login' | 'email'> & { hashedPassword: string }

/** Its first token will say what it may do, so nobody has to be told of the role. */
const insertAdmin = async (
  store: Store,
  { display_name, login, email, hashedPassword }: NewAdmin,
  now: Date,
): Promise<AccountWithRoles | null> => {
  const account = await store.accounts.insert({
    ...{ login, email, displayName: display_name, hashedPassword },
    createdAt: now,
  })
  if (account === null) return null
  const { id: userId, roles: before } = account
  await store.roles.give(userId, [adminRole], now)
  const roles = rolesFrom([adminRole])
  await store.audit.add({ action: 'registered', userId })
  await store.audit.add({
    action: 'roles assigned',
    userId,
    details: { roles: roles.join(' '), before: before.join(' ') },
  })
  await store.outbox.add({ event_type: 'Register', auth_id: userId, display_name })
  return { ...account, roles }
}
