import { ServiceError } from '@accounts/shared/errors/service-error'
import { defineCommand } from '../../command-line/command.ts'
import type { AccountWithRoles } from '../../domain/account.ts'
import type { Registration } from '../../domain/registration.ts'
import { type AdminArguments, parseArguments, usage } from './admin-arguments.ts'
import type { CreateAdmin } from './create-admin.ts'
import type { GatherRegistration } from './gather-registration.ts'

interface AdminUseCases {
  hasActiveAdmin: () => Promise<boolean>
  gatherRegistration: GatherRegistration
  createAdmin: CreateAdmin
}

const make = async (parsed: AdminArguments, useCases: AdminUseCases) => {
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

export const createAdminCommand = defineCommand({
  name: 'create-admin',
  usage,
  parse: parseArguments,
  run: async (parsed: AdminArguments, useCases: AdminUseCases) => {
    const made = await make(parsed, useCases)
    return { text: textOf(made), json: present(made) }
  },
})
