import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Result } from './scenario.ts'
import { compareRounds } from './statistics.ts'

const kibPerMb = 1024

/** The most memory that a process has had in RAM, in MB; where the system does not keep that, what it has now. */
export const highestMemory = async (processId: number): Promise<number> => {
  const kib = existsSync('/proc/self/status')
    ? /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${processId}/status`, 'utf8'))?.[1]
    : (await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(processId)])).stdout.trim()
  if (kib === undefined) throw new Error(`the memory of process ${processId} is not told`)
  return Number(kib) / kibPerMb
}

const limitMb = 120

/** Of several services the one that had the most. */
export const memoryResult = async (
  what: string,
  services: readonly { memory: () => Promise<number> }[],
): Promise<Result> => {
  const highest = Math.max(...(await Promise.all(services.map(async ({ memory }) => memory()))))
  return {
    what: `${what}, memory`,
    unit: 'MB',
    ...compareRounds([highest], [limitMb]),
    target: { atMost: 1 },
  }
}
