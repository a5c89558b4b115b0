import { describeEmbedded, describeOn } from '../testing/engines.ts'
import { testBusContract } from './bus.contract.ts'
import { createRabbitTrial } from './testing/rabbitmq-trial.ts'
import { createSqliteTrial } from './testing/sqlite-trial.ts'

describeEmbedded('embedded bus', 'message bus', () => {
  testBusContract(createSqliteTrial)
})

describeOn('rabbitmq', 'message bus', (env) => {
  testBusContract(() =>
    createRabbitTrial({ url: env.TEST_RABBITMQ_URL, managementUrl: env.TEST_RABBITMQ_MANAGEMENT_URL }),
  )
})
