import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

interface ProcessNeeds {
  /** Left out: node. */
  program?: string
  arguments: readonly string[]
  environment: Record<string, string>
  /** As `taskset` writes them; left out: all. */
  cores?: string | undefined
  /** A file that is open for writing; left out: what goes wrong is shown. */
  output?: number
}

const killAfterMilliseconds = 15_000

/** Everything that is measured, or measures, is a process of its own; none of them outlives the bench. */
export const createProcesses = () => {
  const started: ChildProcess[] = []
  let closed = false

  const start = ({
    program: file = process.execPath,
    arguments: words,
    environment,
    cores,
    output,
  }: ProcessNeeds): ChildProcess => {
    if (closed) throw new Error('the bench has been ended')
    const pinned = cores === undefined ? [] : ['taskset', '-c', cores]
    const [program = '', ...rest] = [...pinned, file, ...words]
    const child = spawn(program, rest, {
      env: { PATH: process.env['PATH'], ...environment },
      // The channel tells a child that its parent is gone, however that happened.
      stdio: ['ignore', output ?? 'ignore', output ?? 'inherit', 'ipc'],
      serialization: 'advanced',
    })
    child.on('error', () => undefined)
    started.push(child)
    return child
  }

  return {
    start,
    stop: endProcess,
    end: async () => {
      closed = true
      await Promise.all(started.map(endProcess))
    },
    ids: () => started.flatMap(({ pid }) => pid ?? []),
  }
}

export type Processes = ReturnType<typeof createProcesses>

const endProcess = async (child: ChildProcess) => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), killAfterMilliseconds)
  await gone
  clearTimeout(force)
}
