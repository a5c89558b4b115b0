import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { asc } from '@accounts/shared/database/operators'
import { readGoldenMessages } from '@accounts/shared/events/golden/golden-messages'
import { expect, test } from 'vitest'
import { openStore } from './testing/open-store.ts'

describeDialects('golden messages', (createDatabase) => {
  test('the outbox holds exactly them when the same happens again', async () => {
    const golden = readGoldenMessages().map(({ message }) => message)
    let occurredAt = new Date()
    const { register, transact, query, tables, drop } = await openStore(createDatabase, () => occurredAt)
    try {
      const { id } = await register('johndoe')
      for (const { headers, body, correlationId } of golden) {
        occurredAt = new Date(headers['x-occurred-at'])
        const event = { ...body, auth_id: id }
        await transact({ requestId: String(correlationId) }, async ({ outbox }) => outbox.add(event))
      }
      const rows = await query.select().from(tables.outbox).orderBy(asc(tables.outbox.sequence))
      expect(
        rows.map(({ type, headers, payload, correlationId }) => [type, headers, payload, correlationId]),
      ).toEqual(
        golden.map(({ type, headers, body, correlationId }) => [
          type,
          { ...headers, 'x-aggregate-id': String(id) },
          { ...body, auth_id: id },
          correlationId,
        ]),
      )
    } finally {
      await drop()
    }
  })
})
