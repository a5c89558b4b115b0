import { writeFile } from 'node:fs/promises'

/** Never over something else: it could be the only copy of a key. */
export const writeKeyFile = async (file: string, pem: string) => {
  try {
    await writeFile(file, pem, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const reason = code === 'EEXIST' ? 'it exists already' : code
    throw new Error(`${file} cannot be written: ${reason}`, { cause: error })
  }
}
