import type { presentUser } from '../../domain/account.ts'
import type { Origin } from '../../domain/audit.ts'
import type { AccountDetails } from '../../ports.ts'
import { accountTable, accountText } from './account-text.ts'
import type { EditRoles } from './edit-roles.ts'
import type { FindAccount } from './find-account.ts'
import { reasonOf } from './reason-of.ts'
import { type ListQuery, parseArguments, type UsersArguments, usage } from './users-arguments.ts'

type PresentedUser = ReturnType<typeof presentUser>

/** What administrators do, done by nobody in particular. */
type ActOn<Result> = (userId: number, actorId: undefined, origin: Origin) => Promise<Result>

export interface UsersUseCases {
  listAccounts: (query: ListQuery) => Promise<{ accounts: AccountDetails[]; next: string | null }>
  findAccount: FindAccount
  /** As the API shows it. */
  presentDetails: (account: AccountDetails) => Record<string, unknown>
  editRoles: EditRoles
  deactivateAccount: ActOn<PresentedUser>
  reactivateAccount: ActOn<PresentedUser>
  endAllSessions: ActOn<void>
}

interface CommandNeeds {
  /** Opens what they stand on only for as long as it is needed. */
  withUseCases: <Result>(work: (useCases: UsersUseCases) => Promise<Result>) => Promise<Result>
  print: (text: string) => void
  warn: (text: string) => void
}

interface Answer {
  text: string
  json: Record<string, unknown>
}

/** `users …` from its arguments to its exit code. */
export const createUsersCommand =
  ({ withUseCases, print, warn }: CommandNeeds) =>
  async (args: readonly string[]) => {
    if (args.includes('--help') || args[0] === 'help') {
      print(usage)
      return 0
    }
    let parsed: UsersArguments
    try {
      parsed = parseArguments(args)
    } catch (error) {
      warn(`users: ${(error as Error).message}\n\n${usage}`)
      return 1
    }
    try {
      const { text, json } = await withUseCases(async (useCases) => run(parsed, useCases))
      print(`${parsed.json ? JSON.stringify(json) : text}\n`)
      return 0
    } catch (error) {
      warn(`users: ${reasonOf(error)}\n`)
      return 1
    }
  }

const nowhere = { ip: undefined, userAgent: undefined }

const run = async (parsed: UsersArguments, useCases: UsersUseCases): Promise<Answer> => {
  if (parsed.command === 'list') return list(parsed.query, useCases)
  const account = await useCases.findAccount(parsed.who)
  const { id, login, email } = account
  const name = `${login} (account ${id})`
  switch (parsed.command) {
    case 'show':
      return { text: accountText(account), json: useCases.presentDetails(account) }
    case 'roles': {
      const roles = parsed.edit ? await useCases.editRoles(id, parsed.edit) : account.roles
      return { text: `${name} has the roles ${roles.join(' ')}`, json: { id, login, email, roles } }
    }
    case 'deactivate': {
      const json = await useCases.deactivateAccount(id, undefined, nowhere)
      return { text: `${name} is deactivated`, json }
    }
    case 'reactivate': {
      const json = await useCases.reactivateAccount(id, undefined, nowhere)
      return { text: `${name} is active`, json }
    }
    // end-sessions
    default:
      await useCases.endAllSessions(id, undefined, nowhere)
      return { text: `every session of ${name} has ended`, json: { id, login, email, sessions_ended: true } }
  }
}

const list = async (query: ListQuery, { listAccounts, presentDetails }: UsersUseCases): Promise<Answer> => {
  const { accounts, next } = await listAccounts(query)
  const hint = next === null ? '' : `\nmore: the same with --cursor ${next}`
  return {
    text: accounts.length === 0 ? 'there are none' : `${accountTable(accounts)}${hint}`,
    json: { users: accounts.map(presentDetails), next_cursor: next },
  }
}
