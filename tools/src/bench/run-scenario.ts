import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createProcesses } from './processes.ts'
import type { Bench, Outcome, Scenario } from './scenario.ts'

type RunNeeds = Omit<Bench, 'folder' | 'processes' | 'atEnd'> & {
  signal: AbortSignal
  /** Told of every process that was started. */
  onEnded?: (processIds: readonly number[]) => void
}

/** Whatever happens, its processes are ended and what it made is removed. */
export const runScenario = async (
  scenario: Scenario,
  { signal, onEnded, say, ...needs }: RunNeeds,
): Promise<Outcome> => {
  signal.throwIfAborted()
  const folder = await mkdtemp(join(tmpdir(), 'accounts-bench-'))
  const processes = createProcesses()
  const endings: (() => Promise<unknown>)[] = []
  const stop = () => void processes.end()
  signal.addEventListener('abort', stop)
  try {
    return await scenario.run({
      ...needs,
      folder,
      processes,
      atEnd: (work) => void endings.push(work),
      say: (line) => say(`${scenario.name}: ${line}`),
    })
  } finally {
    signal.removeEventListener('abort', stop)
    await processes.end()
    onEnded?.(processes.ids())
    await Promise.allSettled(endings.map(async (work) => work()))
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
