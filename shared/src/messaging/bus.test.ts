import { describeEmbedded, describeOn } from '../testing/engines.ts'
import { testBusContract } from './bus.contract.ts'
import { testConsumerContract } from './consumer.contract.ts'
import { testDeadLettersContract } from './dead-letters.contract.ts'
import { createRabbitTrial } from './testing/rabbitmq-trial.ts'
import { createSqliteTrial } from './testing/sqlite-trial.ts'

describeEmbedded('embedded bus', 'message bus', () => {
  testBusContract(createSqliteTrial)
  testConsumerContract(createSqliteTrial)
  testDeadLettersContract(createSqliteTrial)
})

describeOn('rabbitmq', 'message bus', (env) => {
  const createTrial = () =>
    createRabbitTrial({ url: env.TEST_RABBITMQ_URL, managementUrl: env.TEST_RABBITMQ_MANAGEMENT_URL })
  testBusContract(createTrial)
  testConsumerContract(createTrial)
  testDeadLettersContract(createTrial)
})
