// What a bus takes at most: messages like those of the outbox, each confirmed, as many in flight as the relay has.
import { createLogger } from '@accounts/shared/logging/logger'
import { openBus } from '@accounts/shared/messaging/open-bus'
import { until } from '../../until.ts'
import { answerParent } from './answer-parent.ts'

export interface Publishing {
  rabbitmqUrl: string | undefined
  busFile: string
  messages: number
  inFlight: number
}

export interface Published {
  perSecond: number
}

answerParent(async ({ rabbitmqUrl, busFile, messages, inFlight }: Publishing): Promise<Published> => {
  const logger = createLogger({ service: 'bench', level: 'silent' })
  const bus = await openBus({ rabbitmqUrl, busFile, appId: 'bench', logger })
  await until('the bus is ready', () => bus.readiness().ready)
  let next = 0
  const startedAt = performance.now()
  const publishNext = async () => {
    while (next < messages) {
      next += 1
      await bus.publish({
        id: `bare-${startedAt}-${next}`,
        type: 'Register',
        routingKey: 'account.registered',
        body: { event_type: 'Register', auth_id: next, display_name: 'John Doe' },
        headers: {
          'x-aggregate-id': String(next),
          'x-aggregate-version': 1,
          'x-schema-version': 1,
          'x-occurred-at': new Date().toISOString(),
        },
      })
    }
  }
  await Promise.all(Array.from({ length: inFlight }, publishNext))
  const seconds = (performance.now() - startedAt) / 1000
  await bus.close()
  return { perSecond: messages / seconds }
})
