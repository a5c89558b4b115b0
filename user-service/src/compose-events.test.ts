import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { createMetrics } from '@accounts/shared/http/metrics'
import { createLogger } from '@accounts/shared/logging/logger'
import { createSqliteTrial } from '@accounts/shared/messaging/testing/sqlite-trial'
import { routingKeys } from '@accounts/shared/events/account-events'
import { expect, test, vi } from 'vitest'
import { createAccountEvents } from './compose-events.ts'
import { createEventTrial, messageOf, now } from './features/consume-events/testing/event-trial.ts'
import { eventsOf } from './features/consume-events/testing/events.ts'

describeDialects('events from the embedded bus', (createDatabase) => {
  test('are taken and applied, poison is parked, and it is said when nothing is taken any more', async () => {
    const trial = await createEventTrial({ createDatabase })
    const busTrial = await createSqliteTrial()
    const bus = await busTrial.open({ appId: 'auth-service' })
    const events = createAccountEvents({
      database: trial.database,
      bus,
      metrics: createMetrics({ service: 'user-service' }),
      logger: createLogger({ service: 'user-service', level: 'silent' }),
      clock: () => now,
    })
    const account = eventsOf(1)
    for (const [index, event] of [account.register(), account.deactivate()].entries()) {
      const { id, type, headers } = messageOf(event, index + 1)
      const routingKey = routingKeys[event.event_type]
      await bus.publish({ id, type, routingKey, body: event, headers: headers as Record<string, string> })
    }
    await bus.publish({ id: 'poison', type: 'Register', routingKey: 'account.registered', body: {} })
    await vi.waitFor(async () => {
      expect(await trial.view(1)).toMatchObject({ state: { eventVersion: 2, isActive: false } })
      expect(await bus.deadLetters.find('poison')).toMatchObject({
        reason: 'its body names no event_type',
        attempts: 0,
      })
    })
    expect(events.readiness()).toEqual({ ready: true })
    await events.close()
    expect(events.readiness()).toMatchObject({ ready: false })
    expect(events.consumer.status()).toMatchObject({ consuming: false })
    await busTrial.end()
    await trial.drop()
  })
})
