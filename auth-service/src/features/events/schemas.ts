import { z } from 'zod'
import { instantSchema } from '../../domain/instant.ts'
import { cursorQuery, limitQuery, nextCursor } from '../../domain/page-query.ts'
import { isPlainText } from '../../domain/text.ts'
import { readCursor } from './event-cursor.ts'
import { eventKinds, listedKinds } from './event-entry.ts'

const exampleId = '7f9c1c52-6a0e-4a7e-9b55-3f1d2c4b5a69'

// As long as a broker lets an id be.
const maxIdCharacters = 255

/** Whatever its publisher has called it: dead letters need not be ours. */
export const eventIdSchema = z
  .string()
  .min(1)
  .max(maxIdCharacters)
  .refine(isPlainText, { error: 'Has to be the id of an event' })
  .meta({ example: exampleId })

export const eventEntrySchema = z
  .strictObject({
    id: z.string().meta({ description: 'The same however often it is sent', example: exampleId }),
    kind: z.enum(eventKinds).meta({
      description:
        '`dead`: user-service could not handle it. `parked`: it could not be sent. `waiting`: it will be. ' +
        '`published`: it was.',
    }),
    type: z.string().meta({ example: 'Register' }),
    account_id: z.int().nullable().meta({ example: 1 }),
    request_id: z.string().nullable().meta({ description: 'The request that caused it' }),
    occurred_at: z.iso.datetime().nullable(),
    parked_at: z.iso.datetime().nullable(),
    attempts: z.int().nullable().meta({ description: 'How often it was tried and failed, as a dead letter' }),
    reason: z.string().nullable().meta({ description: 'Why it is dead, or parked' }),
    headers: z.record(z.string(), z.unknown()),
    body: z.string().meta({ description: 'As it was sent, JSON or not; in a list its beginning' }),
  })
  .meta({ id: 'Event', description: 'A change of an account that user-service is told of' })

export const eventPageSchema = z
  .strictObject({
    events: z.array(eventEntrySchema),
    next_cursor: nextCursor,
  })
  .meta({ id: 'EventPage' })

export const listQuerySchema = z.strictObject({
  kind: z
    .enum(listedKinds)
    .optional()
    .meta({ description: 'Left out: those that somebody has to look at, `dead` and `parked`' }),
  limit: limitQuery(20),
  cursor: cursorQuery(readCursor),
})

export const republishSchema = z
  .strictObject({
    since: instantSchema.meta({
      description: 'Events that were published, or parked, since then',
      example: '2026-01-02T03:04:05Z',
    }),
    account_id: z.int().positive().optional().meta({ description: 'Those of one account only', example: 1 }),
    parked: z.boolean().optional().meta({ description: 'Also those that could not be sent' }),
  })
  .meta({ id: 'Republish' })
