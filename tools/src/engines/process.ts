import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { findDescendants, stillRuns } from './process-tree.ts'

const keptLines = 200
const deathMilliseconds = 5_000

export type ProcessOptions = {
  program: string
  arguments: string[]
  environment: NodeJS.ProcessEnv
  folder?: string
  identity?: { uid: number; gid: number }
  onLine?: (line: string) => void
  /** Writes straight to where this process writes, and nothing is kept. */
  inheritOutput?: boolean
}

const signalProcess = (processId: number, signal: NodeJS.Signals) => {
  try {
    process.kill(processId, signal)
  } catch {
    // Already gone.
  }
}

/** A child in a process group of its own: Ctrl-C reaches only the runner, and `end` reaches the grandchildren. */
export const startProcess = (options: ProcessOptions) => {
  const output = options.inheritOutput ? 'inherit' : 'pipe'
  const child = spawn(options.program, options.arguments, {
    env: options.environment,
    cwd: options.folder,
    detached: true,
    stdio: ['ignore', output, output],
    ...options.identity,
  })
  const lines: string[] = []
  const keep = (line: string) => {
    if (line.trim() === '') return
    lines.push(line)
    if (lines.length > keptLines) lines.shift()
    options.onLine?.(line)
  }
  for (const input of [child.stdout, child.stderr]) if (input) createInterface({ input }).on('line', keep)

  let running = true
  const ended = new Promise<{ code: number | null; how: string }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, how: error.message }))
    child.once('exit', (code, signal) => resolve({ code, how: `ended with ${signal ?? `code ${code}`}` }))
  }).finally(() => {
    running = false
  })
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()))
  /** What was written last may arrive after the end; a grandchild can hold the pipe open, so not for long. */
  const drained = async () => {
    await Promise.race([closed, delay(500, undefined, { ref: false })])
  }

  const end = async (gentle: NodeJS.Signals = 'SIGTERM', graceMilliseconds = 10_000) => {
    if (child.pid === undefined) return
    const descendants = findDescendants(child.pid)
    if (running) {
      signalProcess(child.pid, gentle)
      await Promise.race([ended, delay(graceMilliseconds, undefined, { ref: false })])
    }
    signalProcess(-child.pid, 'SIGKILL')
    for (const left of descendants.filter(stillRuns)) signalProcess(left.processId, 'SIGKILL')
    await ended
    // A big process takes a moment to die, and may write into its folder until then.
    const deadline = Date.now() + deathMilliseconds
    while (descendants.some(stillRuns) && Date.now() < deadline) await delay(10)
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
  return { lines, ended, drained, end, isRunning: () => running }
}

export type RunningProcess = ReturnType<typeof startProcess>
