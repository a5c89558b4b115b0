import { z } from 'zod'
import { userIdSchema } from '../../domain/inputs.ts'
import { cursorQuery, limitQuery, nextCursor } from '../../domain/page-query.ts'
import { isPlainText } from '../../domain/text.ts'
import { readCursor } from './audit-cursor.ts'
import { instantSchema } from '../../domain/instant.ts'

const auditEntrySchema = z
  .strictObject({
    id: z.int().meta({ example: 42 }),
    at: z.iso.datetime(),
    action: z.string().meta({ description: 'What happened', example: 'login refused' }),
    reason: z.string().nullable().meta({ example: 'wrong password' }),
    user_id: z.int().nullable().meta({ description: 'The account it happened to', example: 1 }),
    actor_id: z.int().nullable().meta({ description: 'The account that did it, if that is another one' }),
    session_id: z.string().nullable(),
    ip: z.string().nullable().meta({ example: '203.0.113.7' }),
    request_id: z.string().nullable().meta({ description: 'The request that caused it' }),
    details: z.record(z.string(), z.unknown()).nullable(),
    position: z
      .int()
      .nullable()
      .meta({ description: 'In the chain; `null` for a moment, until it is there' }),
    hash: z.string().nullable().meta({ description: 'Of the entry and of the hash before it, as SHA-256' }),
  })
  .meta({ id: 'AuditEntry' })

export const auditPageSchema = z
  .strictObject({
    entries: z.array(auditEntrySchema),
    next_cursor: nextCursor,
  })
  .meta({ id: 'AuditPage' })

export const listQuerySchema = z.strictObject({
  action: z
    .string()
    .min(1)
    .max(100)
    .refine(isPlainText, { error: 'Has to be the name of an action' })
    .optional()
    .meta({ description: 'What happened', example: 'login refused' }),
  user_id: userIdSchema.optional().meta({ description: 'The account it happened to', example: '1' }),
  actor_id: userIdSchema.optional().meta({ description: 'The account that did it', example: '1' }),
  since: instantSchema
    .optional()
    .meta({ description: 'At that time or later', example: '2026-01-02T03:04:05Z' }),
  until: instantSchema.optional().meta({ description: 'Before that time', example: '2026-01-03T03:04:05Z' }),
  limit: limitQuery(50),
  cursor: cursorQuery(readCursor),
})
