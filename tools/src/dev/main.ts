import { rm } from 'node:fs/promises'
import { findPackageManagers, isAlive } from './package-manager.ts'
import { createPart } from './part.ts'
import { ConfigError } from '@accounts/shared/config/read-settings'
import { StartError } from '@accounts/shared/errors/start-error'
import { defineParts } from './parts.ts'
import { preflight } from './preflight.ts'
import { printTable } from './table.ts'
import { waitUntilReady } from './health.ts'
import { watchPaths } from './watch.ts'

const startPatienceMilliseconds = 60_000
const parentCheckMilliseconds = 300
const root = process.cwd()

const say = (name: string, line: string) => process.stdout.write(`${name.padEnd(12)} | ${line}\n`)

const main = async () => {
  const clean = readArguments(process.argv.slice(2))
  const plan = await preflight({ clean, remove: (path) => rm(path, { recursive: true, force: true }) })
  const parts = defineParts(plan).map((definition) => createPart({ definition, root, say }))
  const ending = new AbortController()
  const unwatch = parts.map((part) =>
    watchPaths(root, part.definition.watched, (file) => {
      say(part.definition.name, `${file} was saved, starting again`)
      void part.restart()
    }),
  )

  const stop = async () => {
    if (ending.signal.aborted) return parts.forEach((part) => part.kill())
    ending.abort()
    for (const end of unwatch) end()
    await Promise.all(parts.map((part) => part.stop()))
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
  process.on('SIGHUP', () => void stop())
  const above = [process.ppid, ...findPackageManagers()]
  const isLeft = () => process.ppid !== above[0] || !above.every(isAlive)
  const watching = setInterval(() => {
    if (!isLeft()) return
    clearInterval(watching)
    void stop()
  }, parentCheckMilliseconds)

  await Promise.all(parts.map((part) => part.start()))
  const results = await waitUntilReady(parts, startPatienceMilliseconds, ending.signal)
  if (!ending.signal.aborted) printTable(plan, results)
}

const readArguments = (given: string[]) => {
  const unknown = given.find((word) => word !== '--clean')
  if (unknown !== undefined)
    throw new StartError(`unknown option ${unknown}: the only one is --clean (start from empty data)`)
  return given.includes('--clean')
}

try {
  await main()
} catch (error) {
  const expected = error instanceof ConfigError || error instanceof StartError
  process.stderr.write(`dev cannot start: ${expected ? error.message : (error as Error).stack}\n`)
  process.exit(1)
}
