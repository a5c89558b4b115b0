import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { StartError } from '@accounts/shared/errors/start-error'
import { type LockLimits, withFileLock } from './file-lock.ts'
import type { RingKey } from '../../ports.ts'
import { formatRing, parseRing } from './key-ring-format.ts'

const mostBytes = 1_000_000

interface KeyRingNeeds {
  file: string
  lockLimits?: LockLimits
}

export interface Change<Result> {
  /** The same array: nothing is written. */
  keys: readonly RingKey[]
  result: Result
}

/** A file of keys, newest first, that processes share: always a whole one, and no change of it gets lost. */
export const createKeyRing = ({ file, lockLimits }: KeyRingNeeds) => ({
  /** `null`: there is no such file. */
  read: async () => readRing(file),
  change: async <Result>(decide: (keys: readonly RingKey[]) => Change<Result>): Promise<Result> => {
    try {
      await mkdir(path.dirname(file), { recursive: true })
      return await withFileLock(`${file}.lock`, async (isHeld) => apply(file, decide, isHeld), lockLimits)
    } catch (error) {
      throw isSystemError(error) ? unusable(file, error) : error
    }
  },
})

export type KeyRing = ReturnType<typeof createKeyRing>

const apply = async <Result>(
  file: string,
  decide: (keys: readonly RingKey[]) => Change<Result>,
  isHeld: () => Promise<boolean>,
) => {
  const before = (await readRing(file)) ?? []
  const { keys, result } = decide(before)
  if (keys === before) return result
  const text = formatRing(keys)
  await parseRing(text, file)
  await removeLeftovers(file)
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await writeDurably(temporary, text, await ownerFor(file))
    if (!(await isHeld())) throw new StartError(`changing the key ring ${file} took too long: try again`)
    await rename(temporary, file)
  } finally {
    await rm(temporary, { force: true })
  }
  await syncFolder(path.dirname(file))
  return result
}

const readRing = async (file: string): Promise<RingKey[] | null> => {
  let text: string
  try {
    const handle = await open(file)
    try {
      const { mode, size } = await handle.stat()
      if ((mode & 0o077) !== 0)
        throw new StartError(`the key ring ${file} can be read by others than its owner: chmod 600 ${file}`)
      if (size > mostBytes) throw new StartError(`the key ring ${file} is larger than ${mostBytes} bytes`)
      text = await handle.readFile('utf8')
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!isSystemError(error)) throw error
    if (error.code === 'ENOENT') return null
    throw unusable(file, error)
  }
  return parseRing(text, file)
}

const writeDurably = async (file: string, text: string, owner: { uid: number; gid: number } | null) => {
  const handle = await open(file, 'wx', 0o600)
  try {
    if (owner) await handle.chown(owner.uid, owner.gid)
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A ring that root rotates must stay readable for the user that the service runs as. */
const ownerFor = async (file: string) => {
  if (process.getuid?.() !== 0) return null
  return stat(file).catch(async () => stat(path.dirname(file)))
}

/** Of processes that were killed. They hold private keys, too. */
const removeLeftovers = async (file: string) => {
  const folder = path.dirname(file)
  const names = await readdir(folder)
  const leftovers = names.filter(
    (name) => name.startsWith(`${path.basename(file)}.`) && name.endsWith('.tmp'),
  )
  for (const name of leftovers) await rm(path.join(folder, name), { force: true })
}

/** Without it a power cut could undo the rename. */
const syncFolder = async (folder: string) => {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error

const unusable = (file: string, cause: NodeJS.ErrnoException) =>
  new StartError(
    `the key ring ${file} cannot be used (${cause.code}): it has to be a file in a folder that this user may write to`,
    { cause },
  )
