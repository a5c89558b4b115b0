import { withDatabase } from './compose-command.ts'
import { createUsersUseCases } from './compose-users.ts'
import { createUsersCommand } from './features/operator/users-command.ts'

const run = createUsersCommand({
  withUseCases: async (work) => withDatabase('users', async (opened) => work(createUsersUseCases(opened))),
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
})

process.exitCode = await run(process.argv.slice(2))
