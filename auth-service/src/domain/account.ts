export interface Account {
  id: number
  login: string
  email: string
  displayName: string
  isActive: boolean
  /** Grows with every change that has to end older access tokens. */
  securityVersion: number
}

export interface AccountWithRoles extends Account {
  /** Sorted; everybody has `user`. */
  roles: readonly string[]
  /** What they allow, sorted. */
  permissions: readonly string[]
}

export interface AccountWithPassword extends Account {
  hashedPassword: string
}

export interface NewAccount {
  login: string
  email: string
  displayName: string
  hashedPassword: string
  createdAt: Date
}

/** Logins and addresses are unique, and found, without regard to case. */
export const identityKey = (loginOrEmail: string) => loginOrEmail.toLowerCase()

/** No login can hold an @, so whoever signs in means an address exactly when there is one. */
export const isEmail = (loginOrEmail: string) => loginOrEmail.includes('@')

/** What leaves the service. */
export const presentUser = ({ id, login, email, isActive }: Account) => ({
  id,
  login,
  email,
  is_active: isActive,
})
