import { execFileSync } from 'node:child_process'

const isPackageManager = /^(npm|pnpm)\b|\/(npm|npx|pnpm|corepack)\b|^sh -c /

/**
 * The processes between the person's shell and this one: npx, npm, pnpm and the shells they start. They don't all hand
 * a signal on, so the end of any of them is the only sign that the person ended the command.
 */
export const findPackageManagers = (): number[] => {
  const processes = listProcesses()
  const chain: number[] = []
  for (let pid = process.ppid; ; pid = processes.get(pid)?.parent ?? 0) {
    const command = processes.get(pid)?.command
    if (command === undefined || !isPackageManager.test(command)) return chain
    chain.push(pid)
  }
}

export const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Nothing where there is no ps: then only the direct parent is watched. */
const readProcesses = () => {
  try {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  } catch {
    return ''
  }
}

const listProcesses = () => {
  const lines = readProcesses().split('\n')
  const matches = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
  return new Map(
    matches.flatMap((match) =>
      match === null
        ? []
        : [[Number(match[1]), { parent: Number(match[2]), command: match[3] ?? '' }] as const],
    ),
  )
}
