import { openBus } from '../open-bus.ts'
import { createLogCollector, sampleMessage } from './bus-trial.ts'

// A process of its own for tests: FILE NAME COUNT publishes NAME-0, NAME-1 … one after another.
const [file = '', name = '', count = ''] = process.argv.slice(2)

const bus = await openBus({
  ...{ rabbitmqUrl: undefined, busFile: file, appId: name },
  logger: createLogCollector().logger,
})
for (let index = 0; index < Number(count); index += 1) {
  await bus.publish(sampleMessage({ id: `${name}-${index}` }))
}
await bus.close()
