import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Processes } from './processes.ts'
import type { Reply } from './workers/answer-parent.ts'

interface WorkerNeeds {
  processes: Processes
  /** A file of `workers/`. */
  file: string
  cores?: string | undefined
  environment?: Record<string, string>
  /** What it has of the project is compiled, as in production; left out: sources. */
  built?: boolean
  /** A file that is open for writing, for its log; left out: there is none. */
  output?: number
}

export interface Worker<Task, Done> {
  ask: (task: Task) => Promise<Done>
}

/** A process that does one kind of task, one at a time. */
export const startWorker = <Task extends object, Done>({
  processes,
  file,
  cores,
  environment = {},
  built = false,
  output,
}: WorkerNeeds): Worker<Task, Done> => {
  const path = fileURLToPath(new URL(`workers/${file}`, import.meta.url))
  const child = processes.start({
    arguments: ['--import', 'tsx', ...(built ? [] : ['--conditions=@accounts/source']), path],
    environment,
    cores,
    ...(output !== undefined && { output }),
  })
  return {
    ask: async (task) => {
      const over = new AbortController()
      const ended = once(child, 'exit', { signal: over.signal }).then(() => {
        throw new Error(`${file} ended before it was done`)
      })
      const replied = once(child, 'message', { signal: over.signal })
      try {
        if (!child.connected) throw new Error(`${file} has ended`)
        child.send(task)
        const [reply] = (await Promise.race([replied, ended])) as [Reply<Done>]
        if ('fault' in reply) throw new Error(`${file}: ${reply.fault}`)
        return reply.done
      } finally {
        over.abort()
        await Promise.allSettled([ended, replied])
      }
    },
  }
}
