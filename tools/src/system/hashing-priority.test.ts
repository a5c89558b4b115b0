import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { constants, getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startService } from './service-process.ts'

const threads = 3

// Only Linux has priorities of threads.
test.runIf(process.platform === 'linux')(
  'auth-service: threads that hash passwords go behind the one that answers requests',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'priority-'))
    const service = await startService({
      name: 'auth-service',
      environment: {
        DATABASE_URL: `sqlite:${join(folder, 'auth.db')}`,
        BUS_FILE: join(folder, 'bus.db'),
        KEY_RING: join(folder, 'keys.json'),
        UV_THREADPOOL_SIZE: String(threads),
      },
    })
    try {
      await expect.poll(async () => (await service.readiness())?.status, { timeout: 15_000 }).toBe('ready')
      const tasks = (await readdir(`/proc/${service.processId}/task`)).map(Number)
      const own = getPriority(service.processId)
      const others = tasks.filter((task) => task !== service.processId).map((task) => getPriority(task))
      const lower = Math.min(own + 10, constants.priority.PRIORITY_LOW)
      expect(own).toBe(getPriority())
      expect(others.filter((priority) => priority === lower).length).toBeGreaterThanOrEqual(threads)
    } finally {
      service.destroy()
      await service.ended
      await rm(folder, { recursive: true })
    }
  },
)
