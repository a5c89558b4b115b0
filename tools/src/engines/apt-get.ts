import { existsSync } from 'node:fs'
import { withProgress } from './progress.ts'
import { runCommand } from './run-command.ts'
import { withServicesDenied } from './services-denied.ts'
import type { Turns } from './turns.ts'

type AptGetNeeds = {
  environment: NodeJS.ProcessEnv
  signal: AbortSignal
  find: (program: string) => string | undefined
  turns: Turns
}

export const createAptGet = ({ environment, signal, find, turns }: AptGetNeeds) => {
  let updated: Promise<void> | undefined

  const aptGet = async (program: string, say: (line: string) => void, step: string, words: string[]) => {
    await withProgress(say, `apt-get ${step}`, (onLine) =>
      runCommand({
        program,
        arguments: ['-q', '-o', 'DPkg::Lock::Timeout=60', '-o', 'Dpkg::Use-Pty=0', ...words],
        environment: { ...environment, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
        onLine,
        signal,
        timeoutMilliseconds: 15 * 60_000,
        // On SIGINT apt-get ends after the package it is at; anything harder leaves dpkg in need of a repair.
        endWith: { signal: 'SIGINT', graceMilliseconds: 60_000 },
      }),
    )
  }

  return {
    install: async (packageName: string, say: (line: string) => void) => {
      const program = find('apt-get')
      if (program === undefined) throw new Error('not on PATH')
      if (!existsSync('/etc/debian_version')) throw new Error('this is not Debian')
      if (process.getuid?.() !== 0) throw new Error('needs root')
      await turns(async () => {
        updated ??= aptGet(program, say, 'update', ['update'])
        await updated
        const words = ['install', '--yes', '--no-install-recommends', packageName]
        await withServicesDenied(() => aptGet(program, say, `install ${packageName}`, words))
      })
    },
  }
}
