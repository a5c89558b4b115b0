import type { createRegisterSchema, Registration } from '../../domain/registration.ts'
import type { AdminArguments } from './admin-arguments.ts'
import type { Terminal } from './terminal.ts'

type RegisterSchema = ReturnType<typeof createRegisterSchema>

interface GatherNeeds {
  schema: RegisterSchema
  /** What the environment says. */
  given: Partial<Registration>
  readStdin: () => Promise<string>
  /** `undefined`: there is nobody to ask. */
  openTerminal: (() => Terminal) | undefined
}

type Field = keyof Registration

/** In the order in which they are asked for: what is secret comes last. */
const fields = {
  login: { name: 'login', ways: '--login or ADMIN_LOGIN' },
  email: { name: 'e-mail address', ways: '--email or ADMIN_EMAIL' },
  display_name: { name: 'display name', ways: '--display-name or ADMIN_DISPLAY_NAME' },
  password: { name: 'password', ways: '--password-stdin, ADMIN_PASSWORD_FILE or ADMIN_PASSWORD' },
} as const satisfies Record<Field, { name: string; ways: string }>

const fieldNames = Object.keys(fields) as Field[]
const mostTries = 3

/** Options before the environment, and a person for the rest. */
export const createGatherRegistration =
  ({ schema, given, readStdin, openTerminal }: GatherNeeds) =>
  async ({ login, email, displayName, passwordStdin }: AdminArguments): Promise<Registration> => {
    const known: Partial<Registration> = { ...given }
    if (login !== undefined) known.login = login
    if (email !== undefined) known.email = email
    if (displayName !== undefined) known.display_name = displayName
    if (passwordStdin) known.password = await readStdin()
    refuseFaults(schema, known)

    const missing = fieldNames.filter((field) => known[field] === undefined)
    if (missing.length > 0) Object.assign(known, await askFor(missing, schema, openTerminal))
    return schema.parse(known)
  }

export type GatherRegistration = ReturnType<typeof createGatherRegistration>

const faultsOf = (schema: RegisterSchema, field: Field, value: string) =>
  schema.shape[field].safeParse(value).error?.issues.map(({ message }) => message) ?? []

const refuseFaults = (schema: RegisterSchema, known: Partial<Registration>) => {
  const faults = fieldNames.flatMap((field) => {
    const value = known[field]
    const found = value === undefined ? [] : faultsOf(schema, field, value)
    return found.length === 0 ? [] : `${fields[field].name}: ${found.join(', ')}`
  })
  if (faults.length > 0) throw new Error(faults.join('; '))
}

const askFor = async (
  missing: readonly Field[],
  schema: RegisterSchema,
  openTerminal: (() => Terminal) | undefined,
) => {
  if (openTerminal === undefined)
    throw new Error(
      `missing: ${missing.map((field) => `${fields[field].name} (${fields[field].ways})`).join(', ')}`,
    )
  const terminal = openTerminal()
  try {
    const answers: Partial<Registration> = {}
    for (const field of missing) answers[field] = await askUntilRight(terminal, schema, field)
    return answers
  } finally {
    terminal.close()
  }
}

const askUntilRight = async (terminal: Terminal, schema: RegisterSchema, field: Field) => {
  const { name } = fields[field]
  for (let tries = 0; tries < mostTries; tries += 1) {
    const answer =
      field === 'password'
        ? await terminal.askSecretly(`${name}: `)
        : (await terminal.ask(`${name}: `)).trim()
    const faults = faultsOf(schema, field, answer)
    if (
      faults.length === 0 &&
      field === 'password' &&
      (await terminal.askSecretly(`${name} again: `)) !== answer
    )
      faults.push('The two are not the same')
    if (faults.length === 0) return answer
    terminal.say(`${faults.join(', ')}\n`)
  }
  throw new Error(`no ${name} that can be used after ${mostTries} tries`)
}
