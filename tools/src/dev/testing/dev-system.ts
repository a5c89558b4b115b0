import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

const packages = ['auth-service', 'user-service', 'gateway', 'shared', 'tools']

/** A copy of the sources, free to be broken, on the installed packages. */
export const copyWorkspace = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'workspace-'))
  const isSource = (path: string) => !['node_modules', 'dist'].includes(basename(path))
  for (const name of packages) await cp(name, join(folder, name), { recursive: true, filter: isSource })
  for (const name of ['.', ...packages])
    await symlink(resolve(name, 'node_modules'), join(folder, name, 'node_modules'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

const command = [
  process.execPath,
  '--import',
  'tsx',
  '--conditions=@accounts/source',
  'tools/src/dev/main.ts',
]

interface DevNeeds {
  folder: string
  environment: Record<string, string>
  words?: string[]
  /** Started by a shell that a shell started, as package managers do. */
  behindShells?: boolean
}

/** `pnpm dev` in a process group of its own, so that afterwards everything it ever started can be counted. */
export const startDev = ({ folder, environment, words = [], behindShells = false }: DevNeeds) => {
  const all = [...command, ...words]
  const inShell = ['sh', '-c', '"$@"; exit $?', 'sh']
  const [program = '', ...rest] = behindShells ? [...inShell, ...inShell, ...all] : all
  const child: ChildProcess = spawn(program, rest, {
    cwd: folder,
    detached: true,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], GATEWAY: 'embedded', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const group = child.pid ?? 0
  return {
    child,
    ended,
    output: () => output,
    /** Process ids that are still alive. */
    left: () => processesOf(group),
    destroy: () => processesOf(group).forEach((pid) => process.kill(pid, 'SIGKILL')),
  }
}

const processesOf = (group: number) =>
  execFileSync('ps', ['-A', '-o', 'pgid=,pid=,stat='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([pgid, , state]) => Number(pgid) === group && !state?.startsWith('Z'))
    .map(([, pid]) => Number(pid))
