import { members, table } from '../../domain/printed.ts'
import type { AccountDetails } from '../../ports.ts'

// Names last: of letters that are wider than others only the end of the line would suffer.
const columns = ['ID', 'LOGIN', 'E-MAIL', 'STATE', 'ROLES', 'LAST LOGIN', 'NAME'] as const

export const accountTable = (accounts: readonly AccountDetails[]) => table(columns, accounts.map(cellsOf))

const cellsOf = ({ id, login, email, roles, displayName, ...account }: AccountDetails): string[] => [
  String(id),
  login,
  email,
  stateOf(account),
  roles.join(','),
  instant(account.lastLoginAt),
  displayName,
]

export const accountText = (account: AccountDetails) =>
  members({
    id: String(account.id),
    login: account.login,
    'e-mail': account.email,
    name: account.displayName,
    state: stateOf(account),
    roles: account.roles.join(' '),
    allows: account.permissions.join(' ') || '-',
    created: instant(account.createdAt),
    'last login': instant(account.lastLoginAt),
  })

const stateOf = ({ isActive }: Pick<AccountDetails, 'isActive'>) => (isActive ? 'active' : 'deactivated')

const instant = (at: Date | null) => at?.toISOString() ?? '-'
