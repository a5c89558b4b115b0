import { type CommandAnswer, defineCommand } from '../../command-line/command.ts'
import type { presentUser } from '../../domain/account.ts'
import { nowhere, type Origin } from '../../domain/audit.ts'
import type { AccountDetails } from '../../ports.ts'
import { accountTable, accountText } from './account-text.ts'
import type { EditRoles } from './edit-roles.ts'
import type { FindAccount } from './find-account.ts'
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
  /** Of a page of accounts that begins after this one. */
  endSessionsOfEveryone: (
    after: number,
    ender: undefined,
    origin: Origin,
  ) => Promise<{ accounts: number; failed: number; next: number | null }>
}

const run = async (parsed: UsersArguments, useCases: UsersUseCases): Promise<CommandAnswer> => {
  if (parsed.command === 'list') return list(parsed.query, useCases)
  if (parsed.command === 'end-everyones-sessions') return endEveryones(useCases)
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

const list = async (
  query: ListQuery,
  { listAccounts, presentDetails }: UsersUseCases,
): Promise<CommandAnswer> => {
  const { accounts, next } = await listAccounts(query)
  const hint = next === null ? '' : `\nmore: the same with --after ${next}`
  return {
    text: accounts.length === 0 ? 'there are none' : `${accountTable(accounts)}${hint}`,
    json: { users: accounts.map(presentDetails), next_cursor: next },
  }
}

const endEveryones = async ({ endSessionsOfEveryone }: UsersUseCases): Promise<CommandAnswer> => {
  const ended = { accounts: 0, failed: 0 }
  // Each page begins after the one before, so they end where the accounts do.
  for (let after: number | null = 0; after !== null;) {
    const { accounts, failed, next } = await endSessionsOfEveryone(after, undefined, nowhere)
    ended.accounts += accounts
    ended.failed += failed
    after = next
  }
  const { accounts, failed } = ended
  return {
    text: `accounts that were signed out: ${accounts}`,
    json: ended,
    ...(failed > 0 && {
      warning: `accounts that could not be: ${failed}. The log above says why; the same command tries them again`,
      code: 1,
    }),
  }
}

export const createUsersCommand = defineCommand({
  name: 'users',
  usage,
  parse: parseArguments,
  run,
})
