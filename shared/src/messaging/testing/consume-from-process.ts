import { openBus } from '../open-bus.ts'
import { createLogCollector } from './bus-trial.ts'

// A process of its own for tests: FILE done|never LEASE reads the queue without a sweep and says the id of each message it begins with.
const [file = '', ending = '', leaseMilliseconds = ''] = process.argv.slice(2)

const bus = await openBus({
  ...{ rabbitmqUrl: undefined, busFile: file, appId: 'test-service' },
  ...{ logger: createLogCollector().logger, leaseMilliseconds: Number(leaseMilliseconds) },
  ...{ sweepMilliseconds: 3_600_000 },
})
bus.consume({
  prefetch: 2,
  handle: async ({ id }) => {
    process.stdout.write(`${id}\n`)
    if (ending === 'never') await new Promise(() => {})
    return { verdict: 'done' }
  },
  isAble: async () => true,
})
process.stdout.write('ready\n')
