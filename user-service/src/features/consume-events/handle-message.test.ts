import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordStatements } from '../../testing/record-statements.ts'
import { createEventTrial, createHandling, type EventTrial, messageOf } from './testing/event-trial.ts'
import { eventsOf } from './testing/events.ts'

describeDialects('handling messages', (createDatabase) => {
  let trial: EventTrial
  beforeAll(async () => {
    trial = await createEventTrial({ createDatabase })
  })
  afterAll(async () => trial.drop())

  test('an event that fails half-way leaves nothing behind, and is tried again', async () => {
    const { database, deliver, view, effectsOf } = trial
    const { tables } = database
    const message = messageOf(eventsOf(12).register(), 1)
    const broken = { ...database, tables: { ...tables, userProfiles: tables.pendingEvents } }
    const failing = createHandling(broken as unknown as typeof database)
    const [verdict] = await failing.deliver(message)
    expect(verdict).toMatchObject({ verdict: 'retry', reason: expect.not.stringContaining('John Doe') })
    expect(failing.logged()).not.toContain('John Doe')
    expect(await view(12)).toEqual({ state: undefined, profiles: [], ended: [], waiting: [] })
    expect(await effectsOf(12, message.id)).toEqual([])
    expect(await deliver(message)).toEqual([{ verdict: 'done' }])
  })

  test('poison is parked, with a reason that shows none of its values', async () => {
    const good = messageOf(eventsOf(13).register(), 1)
    const bad = [
      { body: '{' },
      { body: JSON.stringify({ event_type: 'S3cret!' }) },
      { body: JSON.stringify({ ...eventsOf(13).register(), display_name: ['S3cret!'] }) },
      { headers: { ...good.headers, 'x-aggregate-version': 'S3cret!' } },
      { id: '' },
    ]
    for (const changes of bad) {
      const [verdict] = await trial.deliver({ ...good, ...changes })
      expect(verdict).toMatchObject({ verdict: 'park', reason: expect.stringMatching(/^it/) })
      expect(JSON.stringify(verdict)).not.toContain('S3cret!')
    }
    expect(trial.logged()).not.toContain('S3cret!')
    expect((await trial.view(13)).state).toBeUndefined()
  })

  test('a registration costs four statements and one transaction', async () => {
    const { database } = trial
    let inside = 0
    const counting: typeof database = {
      ...database,
      transaction: async (work) =>
        database.transaction(async (query) => {
          const recorded = recordStatements({ ...database, query })
          const result = await work(query)
          inside += recorded.take().length
          return result
        }),
    }
    const { deliver } = createHandling(counting)
    await deliver(messageOf(eventsOf(14).register(), 1))
    expect(inside).toBe(4)
  })

  test('the trace that a change belonged to is in the log line, and none where there was none', async () => {
    const { deliver, logged } = createHandling(trial.database)
    const message = messageOf(eventsOf(16).register(), 1)
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await deliver({ ...message, headers: { ...message.headers, traceparent } })
    await deliver(messageOf(eventsOf(16).deactivate(), 2))
    expect(logged().match(/"trace_id":"0af7651916cd43dd8448eb211c80319c"/g)).toHaveLength(1)
  })

  test('metrics: verdicts by type, what waits and since when, dead letters, how late', async () => {
    const { database } = trial
    await database.query.delete(database.tables.pendingEvents)
    const { deliver, measured } = createHandling(database)
    await deliver(
      messageOf(eventsOf(15).register(), 1),
      messageOf(eventsOf(15).deactivate(), 3),
      messageOf(eventsOf(15).deactivate(), 4, { type: 'made up', body: '' }),
    )
    const text = await measured()
    expect(text).toMatch(/^events_total\{verdict="done",type="Register",.*\} 1$/m)
    expect(text).toMatch(/^events_total\{verdict="park",type="unknown",.*\} 1$/m)
    expect(text).toMatch(/^events_pending\{.*\} 1$/m)
    expect(text).toMatch(/^events_pending_oldest_seconds\{.*\} 0$/m)
    expect(text).toMatch(/^dead_letters\{.*\} 3$/m)
    expect(text).toMatch(/^event_lag_seconds_bucket\{le="2.5",.*\} 2$/m)
    expect(text).toMatch(/^event_lag_seconds_bucket\{le="1",.*\} 0$/m)
    expect(text).toMatch(/^event_seconds_count\{.*\} 3$/m)
  })
})
