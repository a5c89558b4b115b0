import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { isPortInUse } from './port-in-use.ts'
import { crashLine, readable } from './readable.ts'

export interface PartDefinition {
  name: string
  command: readonly [string, ...string[]]
  environment: Record<string, string | undefined>
  port: number
  portVariable: string
  /** Where it listens, for finding out beforehand whether it can. */
  host: string
  /** Answers with success when the part can do its work. */
  healthUrl: string
  /** Folders and files whose change starts the part again. */
  watched: readonly string[]
}

interface PartNeeds {
  definition: PartDefinition
  root: string
  say: (name: string, line: string) => void
}

const stderrLinesKept = 200
const quietMilliseconds = 300
const killAfterMilliseconds = 15_000

/** One supervised process: its output is prefixed, its death is told in one line, `restart` begins anew. */
export const createPart = ({ definition, root, say }: PartNeeds) => {
  const { name, command, environment, host, port, portVariable } = definition
  let child: ChildProcess | undefined
  let stopped = false
  let restarting: Promise<void> | undefined

  const tell = (why: string) => {
    say(name, why)
    if (!stopped) say(name, 'starts again when a file of it is saved; the rest goes on')
  }

  // Asked first, because with another system on its port a part would seem to be up.
  const start = async () => {
    if (await isPortInUse(host, port))
      return tell(`port ${port} is in use: stop the program that has it or set ${portVariable} to another`)
    if (!stopped) launch()
  }

  const launch = () => {
    const [program, ...rest] = command
    const current = spawn(program, rest, {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    child = current
    const complaints: string[] = []
    // What is written just before a crash belongs to the crash's one line; anything else is shown after a moment.
    const flush = () => complaints.splice(0).forEach((line) => say(name, line))
    let flushing: NodeJS.Timeout | undefined

    if (current.stdout) createInterface(current.stdout).on('line', (line) => say(name, readable(line)))
    if (current.stderr)
      createInterface(current.stderr).on('line', (line) => {
        if (complaints.length < stderrLinesKept) complaints.push(line)
        clearTimeout(flushing)
        flushing = setTimeout(flush, quietMilliseconds)
      })
    current.on('error', (error) => say(name, `cannot be run: ${error.message}`))
    current.on('close', (code, signal) => {
      clearTimeout(flushing)
      if (child === current) child = undefined
      if (code === 0 || stopping.has(current)) return flush()
      tell(`stopped: ${signal === null ? crashLine(complaints, root) : `killed by ${signal}`}`)
    })
  }

  const stopping = new WeakSet<ChildProcess>()
  const end = async () => {
    const current = child
    if (current === undefined || current.exitCode !== null || current.signalCode !== null) return
    stopping.add(current)
    const closed = once(current, 'close')
    current.kill('SIGTERM')
    const force = setTimeout(() => current.kill('SIGKILL'), killAfterMilliseconds)
    await closed
    clearTimeout(force)
  }

  return {
    definition,
    start,
    /** Saves in quick succession share one restart. */
    restart: () => {
      restarting ??= end().then(async () => {
        restarting = undefined
        if (!stopped) await start()
      })
      return restarting
    },
    stop: async () => {
      stopped = true
      await end()
    },
    kill: () => child?.kill('SIGKILL'),
    get running() {
      return child !== undefined
    },
  }
}

export type Part = ReturnType<typeof createPart>
