import { readCommand, type ValuesOf } from '../../command-line/arguments.ts'

export const usage = `Usage: users COMMAND [--json]

  list                 accounts, by id
    --query TEXT         those whose login, address or a word of the name begins so
    --role ROLE          those that hold it, beyond what everybody has
    --inactive           those that are deactivated
    --limit N            how many: 1 to 100, otherwise 50
    --after CURSOR       the page that comes after, as the page before it says
  show WHO             one account
  roles WHO            its roles
  roles WHO ROLE...    gives it these instead of those it had; only "user" takes away all others
    --add ROLE           in place of ROLE...: one more
    --remove ROLE        in place of ROLE...: one less
  deactivate WHO       nobody can sign in, every session ends
  reactivate WHO       its owner can sign in again; what was ended stays so
  end-sessions WHO     everybody who is signed in to it has to sign in again
    --everyone           in place of WHO: to whatever account

WHO is an id, a login or an e-mail address; digits are an id. What changes is in force at once.
Ends with 0 when it was done, with 1 when not.
`

const options = {
  list: {
    query: { type: 'string' },
    role: { type: 'string' },
    inactive: { type: 'boolean' },
    limit: { type: 'string' },
    after: { type: 'string' },
  },
  show: {},
  roles: { add: { type: 'string', multiple: true }, remove: { type: 'string', multiple: true } },
  deactivate: {},
  reactivate: {},
  'end-sessions': { everyone: { type: 'boolean' } },
} as const

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
  | { command: 'end-everyones-sessions' }
  | { command: 'roles'; who: string; edit: RoleEdit | undefined }
)

type Values = ValuesOf<typeof options>

export const parseArguments = (args: readonly string[]): UsersArguments => {
  const { command, json, values, positionals } = readCommand(options, args)
  const [who, ...others] = positionals
  if (command === 'list') {
    if (who !== undefined) throw new Error('list takes options only')
    return { json, command, query: listQuery(values) }
  }
  if (values.everyone) {
    if (who !== undefined) throw new Error('either WHO or --everyone')
    return { json, command: 'end-everyones-sessions' }
  }
  // Also where a variable of a shell is empty.
  if (who === undefined || who === '' || (command !== 'roles' && others.length > 0))
    throw new Error(`${command} takes one WHO${command === 'end-sessions' ? ', or --everyone' : ''}`)
  if (command === 'roles') return { json, command, who, edit: roleEdit(others, values) }
  return { json, command, who }
}

const listQuery = ({ query, role, inactive = false, limit, after }: Values): ListQuery => {
  if ([query !== undefined, role !== undefined, inactive].filter(Boolean).length > 1)
    throw new Error('only one of --query, --role and --inactive at a time')
  return {
    ...(query !== undefined && { query }),
    ...(role !== undefined && { role }),
    ...(inactive && { is_active: 'false' }),
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { cursor: after }),
  }
}

const roleEdit = (roles: readonly string[], { add = [], remove = [] }: Values): RoleEdit | undefined => {
  const changes = add.length + remove.length
  if (roles.length > 0 && changes > 0) throw new Error('either ROLE... or --add and --remove')
  if (add.some((role) => remove.includes(role))) throw new Error('--add and --remove of the same role')
  if (changes > 0) return { kind: 'change', add, remove }
  return roles.length > 0 ? { kind: 'set', roles } : undefined
}
