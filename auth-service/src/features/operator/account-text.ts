import type { AccountDetails } from '../../ports.ts'

const columns = ['ID', 'LOGIN', 'E-MAIL', 'STATE', 'ROLES', 'LAST LOGIN', 'NAME'] as const

export const accountTable = (accounts: readonly AccountDetails[]) => {
  const rows = [[...columns], ...accounts.map(cellsOf)]
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

// Names last: of letters that are wider than others only the end of the line would suffer.
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
  Object.entries({
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
    .map(([name, value]) => `${`${name}:`.padEnd(12)}${value}`)
    .join('\n')

const stateOf = ({ isActive }: Pick<AccountDetails, 'isActive'>) => (isActive ? 'active' : 'deactivated')

const instant = (at: Date | null) => at?.toISOString() ?? '-'
