import { readdirSync, readFileSync } from 'node:fs'

type Member = { processId: number; startedAt: string }

const dead = ['Z', 'X']

const readStatus = (processId: number) => {
  try {
    const text = readFileSync(`/proc/${processId}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (dead.includes(fields[0] ?? '')) return null
    return { processId, parentId: Number(fields[1]), startedAt: fields[19] ?? '' }
  } catch {
    return null
  }
}

/** Everything below a process, where the system has such a table: `su` and others leave the group they are in. */
export const findDescendants = (rootId: number): Member[] => {
  if (process.platform !== 'linux') return []
  const all = readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (readStatus(Number(name)) ?? []) : [],
  )
  const below = (parentId: number): Member[] =>
    all
      .filter((candidate) => candidate.parentId === parentId)
      .flatMap((child) => [child, ...below(child.processId)])
  return below(rootId)
}

/** False as well when the id has been given to another process. */
export const stillRuns = ({ processId, startedAt }: Member) => readStatus(processId)?.startedAt === startedAt
