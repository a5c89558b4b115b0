import { fileURLToPath } from 'node:url'
import { createVitest } from 'vitest/node'
import { OptionError, type Options, readOptions, usage } from './options.ts'
import { findFault } from './reach.ts'
import { createReporter } from './reporter.ts'

const say = (line: string) => void process.stdout.write(`${line}\n`)

const root = fileURLToPath(new URL('../../..', import.meta.url))
const suite = fileURLToPath(new URL('./against-target.ts', import.meta.url))

const verify = async ({ target, only }: Options): Promise<number> => {
  const interruption = new AbortController()
  const { reporter, counts } = createReporter({ say, interrupted: interruption.signal })
  const vitest = await createVitest('test', {
    ...{ root, watch: false, include: [suite], reporters: [reporter], env: { VERIFY_TARGET: target } },
    // Not in processes, which Ctrl-C would end before they have deactivated their accounts.
    pool: 'threads',
    ...(only.length > 0 && { testNamePattern: new RegExp(`(^| )(${only.join('|')})\\. `) }),
  })
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(1)
    interruption.abort()
    say('interrupted: the accounts are being deactivated')
    void vitest.cancelCurrentRun('keyboard-input')
  }
  // Vitest's own listeners end the process at once.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.removeAllListeners(signal).on(signal, interrupt)
  await vitest.start()
  await vitest.close()

  const { passed, failed, skipped } = counts
  say(`\n${passed} passed, ${failed} failed, ${skipped} skipped`)
  return failed === 0 && passed > 0 && !interruption.signal.aborted ? 0 : 1
}

const main = async (words: readonly string[]): Promise<number> => {
  if (words.includes('--help')) {
    say(usage)
    return 0
  }
  const options = readOptions(words)
  const fault = await findFault(options.target)
  if (fault === undefined) {
    say(`${options.target}: what can be seen of its security from outside\n`)
    return verify(options)
  }
  process.stderr.write(`verify: ${fault}\n`)
  return 1
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const { message, stack } = error as Error
  process.stderr.write(`verify: ${error instanceof OptionError ? `${message}\n\n${usage}` : stack}\n`)
  process.exitCode = 1
}
