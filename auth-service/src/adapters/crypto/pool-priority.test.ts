import { execFile } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const threads = 3
const module = new URL('pool-priority.ts', import.meta.url).href

// In a process of its own: what has been lowered cannot be raised again.
const script = `
  import { readdirSync } from 'node:fs'
  import { getPriority } from 'node:os'
  import { lowerPoolPriority } from '${module}'
  const warn = (facts) => { throw facts.err }
  await lowerPoolPriority({ threads: ${threads}, logger: { warn } })
  const others = readdirSync('/proc/self/task').map(Number).filter((thread) => thread !== process.pid)
  console.log(JSON.stringify({ own: getPriority(process.pid), others: others.map((thread) => getPriority(thread)) }))
`

test.runIf(process.platform === 'linux')(
  'threads that hash go behind the one that answers requests',
  async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--conditions=@accounts/source', '--input-type=module', '-e', script],
      {
        cwd: fileURLToPath(new URL('../../../..', import.meta.url)),
        env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
      },
    )
    const { own, others } = JSON.parse(stdout) as { own: number; others: number[] }
    const lower = Math.min(own + 10, constants.priority.PRIORITY_LOW)
    expect(others.filter((priority) => priority === lower).length).toBeGreaterThanOrEqual(threads)
  },
)
