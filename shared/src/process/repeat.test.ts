import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLogger } from '../logging/logger.ts'
import { repeat } from './repeat.ts'

describe('a repeated job', () => {
  it('goes on after failures, says so once each time they begin, and never overlaps itself', async () => {
    const destination = new PassThrough()
    const logger = createLogger({ service: 'test', level: 'info', destination })
    let runs = 0
    let atATime = 0
    let overlapped = false
    const enough = new Promise<void>((resolve) => {
      const job = repeat({
        name: 'counting',
        everySeconds: 0,
        logger,
        work: async () => {
          atATime += 1
          overlapped ||= atATime > 1
          runs += 1
          await Promise.resolve()
          atATime -= 1
          if (runs === 8) void job.stop().then(resolve)
          if ([2, 3, 5].includes(runs)) throw new Error('not now')
        },
      })
    })
    await enough
    const lines = String(destination.read()).split('\n').filter(Boolean)
    expect({ runs, overlapped }).toEqual({ runs: 8, overlapped: false })
    expect(lines.map((line) => (JSON.parse(line) as { job: string }).job)).toEqual(['counting', 'counting'])
  })

  it('stop waits for the run that is under way, and no other begins', async () => {
    const logger = createLogger({ service: 'test', level: 'silent' })
    let finish = () => {}
    const steps: string[] = []
    const job = repeat({
      name: 'slow',
      everySeconds: 0,
      logger,
      work: async () => {
        steps.push('begun')
        await new Promise<void>((resolve) => (finish = resolve))
        steps.push('done')
      },
    })
    const stopped = job.stop().then(() => steps.push('stopped'))
    finish()
    await stopped
    expect(steps).toEqual(['begun', 'done', 'stopped'])
  })
})
