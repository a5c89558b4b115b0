import { parseArgs, type ParseArgsConfig } from 'node:util'

export const usage = `Usage: users COMMAND [--json]

  list                 accounts, by id
    --query TEXT         those whose login, address or a word of the name begins so
    --role ROLE          those that hold it, beyond what everybody has
    --inactive           those that are deactivated
    --limit N            how many: 1 to 100, otherwise 50
    --cursor CURSOR      the page that comes after, as the page before it says
  show WHO             one account
  roles WHO            its roles
  roles WHO ROLE...    gives it these instead of those it had; only "user" takes away all others
    --add ROLE           in place of ROLE...: one more
    --remove ROLE        in place of ROLE...: one less
  deactivate WHO       nobody can sign in, every session ends
  reactivate WHO       its owner can sign in again; what was ended stays so
  end-sessions WHO     everybody who is signed in has to sign in again

WHO is an id, a login or an e-mail address; digits are an id. What changes is in force at once.
Ends with 0 when it was done, with 1 when not.
`

const options = {
  list: {
    query: { type: 'string' },
    role: { type: 'string' },
    inactive: { type: 'boolean' },
    limit: { type: 'string' },
    cursor: { type: 'string' },
  },
  show: {},
  roles: { add: { type: 'string', multiple: true }, remove: { type: 'string', multiple: true } },
  deactivate: {},
  reactivate: {},
  'end-sessions': {},
} as const satisfies Record<string, ParseArgsConfig['options']>

type UsersCommand = keyof typeof options

/** As a client of the API would ask. */
export interface ListQuery {
  query?: string
  role?: string
  is_active?: 'false'
  limit?: string
  cursor?: string
}

export type RoleEdit =
  | { kind: 'set'; roles: readonly string[] }
  | { kind: 'change'; add: readonly string[]; remove: readonly string[] }

export type UsersArguments = { json: boolean } & (
  | { command: 'list'; query: ListQuery }
  | { command: 'show' | 'deactivate' | 'reactivate' | 'end-sessions'; who: string }
  | { command: 'roles'; who: string; edit: RoleEdit | undefined }
)

interface Values {
  json?: boolean
  query?: string
  role?: string
  inactive?: boolean
  limit?: string
  cursor?: string
  add?: string[]
  remove?: string[]
}

const isCommand = (name: string | undefined): name is UsersCommand =>
  name !== undefined && Object.hasOwn(options, name)

export const parseArguments = ([command, ...rest]: readonly string[]): UsersArguments => {
  if (!isCommand(command))
    throw new Error(command === undefined ? 'which command?' : `there is no command "${command}"`)
  const { values, positionals } = parseArgs({
    args: rest,
    options: { ...options[command], json: { type: 'boolean' } },
    allowPositionals: true,
  }) as { values: Values; positionals: string[] }
  const { json = false } = values
  const [who, ...others] = positionals
  if (command === 'list') {
    if (who !== undefined) throw new Error('list takes options only')
    return { json, command, query: listQuery(values) }
  }
  if (who === undefined || (command !== 'roles' && others.length > 0))
    throw new Error(`${command} takes one WHO`)
  if (command === 'roles') return { json, command, who, edit: roleEdit(others, values) }
  return { json, command, who }
}

const listQuery = ({ query, role, inactive = false, limit, cursor }: Values): ListQuery => {
  if ([query !== undefined, role !== undefined, inactive].filter(Boolean).length > 1)
    throw new Error('only one of --query, --role and --inactive at a time')
  return {
    ...(query !== undefined && { query }),
    ...(role !== undefined && { role }),
    ...(inactive && { is_active: 'false' }),
    ...(limit !== undefined && { limit }),
    ...(cursor !== undefined && { cursor }),
  }
}

const roleEdit = (roles: readonly string[], { add = [], remove = [] }: Values): RoleEdit | undefined => {
  const changes = add.length + remove.length
  if (roles.length > 0 && changes > 0) throw new Error('either ROLE... or --add and --remove')
  if (add.some((role) => remove.includes(role))) throw new Error('--add and --remove of the same role')
  if (changes > 0) return { kind: 'change', add, remove }
  return roles.length > 0 ? { kind: 'set', roles } : undefined
}
