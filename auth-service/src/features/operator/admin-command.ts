import { ServiceError } from '@accounts/shared/errors/service-error'
import type { AccountWithRoles } from '../../domain/account.ts'
import type { Registration } from '../../domain/registration.ts'
import { type AdminArguments, parseArguments, usage } from './admin-arguments.ts'
import type { CreateAdmin } from './create-admin.ts'
import type { GatherRegistration } from './gather-registration.ts'
import { reasonOf } from './reason-of.ts'

interface AdminUseCases {
  hasActiveAdmin: () => Promise<boolean>
  gatherRegistration: GatherRegistration
  createAdmin: CreateAdmin
}

interface CommandNeeds {
  /** Opens what they stand on only for as long as it is needed. */
  withUseCases: <Result>(work: (useCases: AdminUseCases) => Promise<Result>) => Promise<Result>
  print: (text: string) => void
  warn: (text: string) => void
}

/** `create-admin …` from its arguments to its exit code. */
export const createAdminCommand =
  ({ withUseCases, print, warn }: CommandNeeds) =>
  async (args: readonly string[]) => {
    if (args.includes('--help') || args[0] === 'help') {
      print(usage)
      return 0
    }
    let parsed: AdminArguments
    try {
      parsed = parseArguments(args)
    } catch (error) {
      warn(`create-admin: ${(error as Error).message}\n\n${usage}`)
      return 1
    }
    try {
      const made = await withUseCases(async (useCases) => run(parsed, useCases))
      print(`${parsed.json ? JSON.stringify(present(made)) : textOf(made)}\n`)
      return 0
    } catch (error) {
      warn(`create-admin: ${reasonOf(error)}\n`)
      return 1
    }
  }

const run = async (parsed: AdminArguments, useCases: AdminUseCases) => {
  // Before anybody is asked for anything.
  if (parsed.ifNone && (await useCases.hasActiveAdmin())) return null
  const registration = await useCases.gatherRegistration(parsed)
  try {
    return await useCases.createAdmin(registration, parsed)
  } catch (error) {
    throw withHint(error, registration)
  }
}

const withHint = (error: unknown, { login, email }: Registration) => {
  if (!(error instanceof ServiceError)) return error
  const who = { login_taken: login, email_taken: email }[error.code as string]
  if (who === undefined) return error
  const what = error.code === 'login_taken' ? 'login' : 'e-mail address'
  return new Error(
    `the ${what} ${who} is taken; "users roles ${who} --add admin" makes that account an administrator`,
  )
}

const present = (made: AccountWithRoles | null) =>
  made === null
    ? { created: false }
    : { id: made.id, login: made.login, email: made.email, roles: [...made.roles] }

const textOf = (made: AccountWithRoles | null) =>
  made === null
    ? 'there is an active administrator: nothing was done'
    : `${made.login} (account ${made.id}, ${made.email}) is an administrator`
