// A service for run-service.test.ts: how it behaves is the first argument.
import { ConfigError } from '../../config/read-settings.ts'
import { createLogger } from '../../logging/logger.ts'
import { runService } from '../run-service.ts'

const [behaviour] = process.argv.slice(2)

await runService('test-service', async () => {
  if (behaviour === 'bad-config') throw new ConfigError(['PORT: is wrong', 'HOST: is wrong'])
  if (behaviour === 'bug') throw new TypeError('a bug')
  const alive = setInterval(() => {}, 1_000)
  const logger = createLogger({ service: 'test-service', level: 'info' })
  logger.info('running')
  if (behaviour === 'rejects') void Promise.reject(new Error('nobody cared'))
  return {
    logger,
    stopDeadlineSeconds: behaviour === 'hangs' ? -1.9 : 5,
    close: async () => {
      if (behaviour === 'hangs') await new Promise(() => {})
      clearInterval(alive)
    },
  }
})
