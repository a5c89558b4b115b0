import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../../verify/testing/start-service.ts'

/** The client as a browser gets it. */
export const compileClient = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'accounts-client-'))
  await promisify(execFile)('node_modules/.bin/tsc', ['-p', 'gateway/client', '--outDir', folder], {
    cwd: root,
  })
  // For Node, which would have to guess otherwise.
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  return {
    file: join(folder, 'accounts-client.js'),
    remove: async () => rm(folder, { recursive: true }),
  }
}
