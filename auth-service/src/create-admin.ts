import { readSettings } from '@accounts/shared/config/read-settings'
import { type Setting, text } from '@accounts/shared/config/setting'
import { Registry } from 'prom-client'
import { createBreachedPasswords } from './adapters/crypto/breached-passwords.ts'
import { createPasswordHasher } from './adapters/crypto/password-hasher.ts'
import { withDatabase } from './compose-command.ts'
import { authSettings, commandEnvironment } from './config.ts'
import { createPasswordSchema } from './domain/password-policy.ts'
import { createRegisterSchema } from './domain/registration.ts'
import { createAdminCommand } from './features/operator/admin-command.ts'
import { createCreateAdmin } from './features/operator/create-admin.ts'
import { createGatherRegistration, type GatherRegistration } from './features/operator/gather-registration.ts'
import { readPassword } from './features/operator/read-password.ts'
import { openTerminal } from './features/operator/terminal.ts'
import { nowhere } from './domain/audit.ts'

const { ARGON2_MEMORY_KIB, ARGON2_PASSES, PASSWORD_POLICY } = authSettings

const adminSettings = {
  ADMIN_LOGIN: { schema: text(), description: 'Login of the administrator to be made.' },
  ADMIN_EMAIL: { schema: text(), description: 'E-mail address of the administrator to be made.' },
  ADMIN_DISPLAY_NAME: { schema: text(), description: 'Display name of the administrator to be made.' },
  ADMIN_PASSWORD: { schema: text(), description: 'Password of the administrator to be made.' },
} as const satisfies Record<string, Setting<string>>

const { stdin: input, stderr: output } = process

const openHasher = async () => {
  const costs = readSettings({ ARGON2_MEMORY_KIB, ARGON2_PASSES }, commandEnvironment())
  return createPasswordHasher({
    ...{ memoryKib: costs.ARGON2_MEMORY_KIB, passes: costs.ARGON2_PASSES },
    ...{ concurrency: 1, maxWaiting: 0, registry: new Registry() },
  })
}

const readSchema = () => {
  const { PASSWORD_POLICY: policy } = readSettings({ PASSWORD_POLICY }, commandEnvironment())
  const breached = createBreachedPasswords()
  return createRegisterSchema({
    password: createPasswordSchema({ policy, isBreached: (password) => breached.includes(password) }),
  })
}

const readGiven = () => {
  const values = readSettings(adminSettings, commandEnvironment())
  return {
    ...(values.ADMIN_LOGIN !== undefined && { login: values.ADMIN_LOGIN }),
    ...(values.ADMIN_EMAIL !== undefined && { email: values.ADMIN_EMAIL }),
    ...(values.ADMIN_DISPLAY_NAME !== undefined && { display_name: values.ADMIN_DISPLAY_NAME }),
    ...(values.ADMIN_PASSWORD !== undefined && { password: values.ADMIN_PASSWORD }),
  }
}

const gatherRegistration: GatherRegistration = async (options) =>
  createGatherRegistration({
    schema: readSchema(),
    given: readGiven(),
    readStdin: async () => {
      if (input.isTTY) throw new Error('--password-stdin is for a pipe or a file: a terminal would show it')
      return readPassword(input)
    },
    openTerminal: input.isTTY && output.isTTY ? () => openTerminal({ input, output }) : undefined,
  })(options)

const run = createAdminCommand({
  withUseCases: async (work) =>
    withDatabase('create-admin', async (opened) =>
      work({
        hasActiveAdmin: async () => opened.transact(nowhere, async (store) => store.roles.hasActiveAdmin()),
        gatherRegistration,
        createAdmin: async (...creation) =>
          createCreateAdmin({ ...opened, passwords: await openHasher() })(...creation),
      }),
    ),
  print: (out) => void process.stdout.write(out),
  warn: (out) => void process.stderr.write(out),
})

process.exitCode = await run(process.argv.slice(2))
