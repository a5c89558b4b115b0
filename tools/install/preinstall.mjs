// Runs before every install of the workspace. better-sqlite3 is compiled where its prebuilt binary can't be
// downloaded, and node-gyp then wants Node's headers from the network. A Node that ships its headers already
// has them: hand them to node-gyp through its own cache. Does nothing anywhere else.
import './node-version.mjs'
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const headers = join(dirname(dirname(process.execPath)), 'include')
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'node-gyp', process.versions.node)
if (process.platform === 'linux' && existsSync(join(headers, 'node', 'node.h')) && !existsSync(cache)) {
  mkdirSync(join(cache, 'include'), { recursive: true })
  symlinkSync(join(headers, 'node'), join(cache, 'include', 'node'))
  writeFileSync(join(cache, 'installVersion'), '11\n')
}
