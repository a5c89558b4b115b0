import { open, rm, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from '@accounts/shared/errors/start-error'

export interface LockLimits {
  waitMilliseconds: number
  /** Who holds a lock for this long has died. */
  staleMilliseconds: number
}

// Waiting is longer, so that what a killed process left behind is got over in one go.
const defaultLimits: LockLimits = { waitMilliseconds: 15_000, staleMilliseconds: 10_000 }

const pollMilliseconds = 25

/** One at a time among all processes; `work` is told how to make sure that it still is the one. */
export const withFileLock = async <Result>(
  file: string,
  work: (isHeld: () => Promise<boolean>) => Promise<Result>,
  limits: LockLimits = defaultLimits,
): Promise<Result> => {
  const mine = await acquire(file, limits)
  const isHeld = async () => (await identify(file))?.name === mine
  try {
    return await work(isHeld)
  } finally {
    if (await isHeld()) await rm(file, { force: true })
  }
}

const acquire = async (file: string, { waitMilliseconds, staleMilliseconds }: LockLimits) => {
  const deadline = performance.now() + waitMilliseconds
  while (performance.now() < deadline) {
    const mine = await create(file)
    if (mine !== null) return mine
    await removeStale(file, staleMilliseconds)
    await sleep(pollMilliseconds)
  }
  throw new StartError(
    `${file} says that another process changes the keys: try again, or remove it if none does`,
  )
}

/** `null`: there is one already. */
const create = async (file: string) => {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      return nameOf(await handle.stat())
    } finally {
      await handle.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null
    throw error
  }
}

const removeStale = async (file: string, staleMilliseconds: number) => {
  const seen = await identify(file)
  if (!seen || Date.now() - seen.mtimeMs < staleMilliseconds) return
  // Only who made the marker of this very lock may remove it: two that find it stale must not remove its successor.
  const marker = `${file}.${seen.name}`
  if ((await create(marker)) === null) return
  try {
    if ((await identify(file))?.name === seen.name) await rm(file, { force: true })
  } finally {
    await rm(marker, { force: true })
  }
}

const identify = async (file: string) => {
  try {
    const found = await stat(file)
    return { name: nameOf(found), mtimeMs: found.mtimeMs }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

const nameOf = ({ ino, mtimeMs }: { ino: number; mtimeMs: number }) => `${ino}-${mtimeMs}`
