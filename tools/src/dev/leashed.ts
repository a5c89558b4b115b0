// Runs a program that is not ours on the same leash: `leashed.ts PROGRAM ARGUMENT…`.
import { spawn } from 'node:child_process'

const [program, ...programArguments] = process.argv.slice(2)
if (program === undefined) throw new Error('leashed.ts wants a program')

const child = spawn(program, programArguments, { stdio: ['ignore', 'inherit', 'inherit'] })
const end = () => void child.kill('SIGTERM')
process.on('SIGTERM', end)
process.on('SIGINT', end)
process.on('disconnect', end)
child.on('error', (error) => {
  process.stderr.write(`Error: ${program} cannot be run: ${error.message}\n`)
  process.exit(1)
})
child.on('exit', (code) => process.exit(code ?? 0))
