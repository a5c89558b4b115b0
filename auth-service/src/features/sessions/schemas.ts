import { isIP } from 'node:net'
import { z } from 'zod'
import { describeDevice } from '../../domain/device.ts'
import { userIdSchema } from '../../domain/inputs.ts'
import { cursorQuery, nextCursor } from '../../domain/page-query.ts'
import type { ListedSession } from '../../ports.ts'

/** An id in a path. */
export const sessionIdSchema = z
  .uuid({ error: 'Has to be the id of a session' })
  .meta({ example: '7f9c1c52-6a0e-4a7e-9b55-3f1d2c4b5a69' })

const sessionSchema = z
  .strictObject({
    id: z.string().meta({
      description: 'What its tokens carry as `sid`',
      example: '7f9c1c52-6a0e-4a7e-9b55-3f1d2c4b5a69',
    }),
    device: z
      .string()
      .meta({ description: 'For people; as the client says of itself', example: 'Firefox on Linux' }),
    ip: z.string().nullable().meta({ description: 'Where it was last used from', example: '203.0.113.7' }),
    created_at: z.iso.datetime().meta({ description: 'When somebody signed in' }),
    last_used_at: z.iso.datetime().meta({ description: 'When it began, or was last refreshed' }),
    current: z.boolean().meta({ description: 'It is the one that asks', example: true }),
  })
  .meta({ id: 'Session', description: 'A sign-in on one device that has not ended' })

export const sessionListSchema = z
  .strictObject({ sessions: z.array(sessionSchema) })
  .meta({ id: 'SessionList' })

/** A page ends with an account. */
export const everyoneQuerySchema = z.strictObject({
  cursor: cursorQuery((text) => userIdSchema.safeParse(text).data),
})

export const signedOutSchema = z
  .strictObject({
    accounts: z.int().meta({ description: 'How many were signed out', example: 100 }),
    failed: z.int().meta({
      description: 'How many could not be; the log says why. Begin again without a cursor to try it again',
      example: 0,
    }),
    next_cursor: nextCursor,
  })
  .meta({ id: 'SignedOut' })

/** What leaves the service. */
export const presentSession = (session: ListedSession, currentId: string) => ({
  id: session.id,
  device: describeDevice(session.userAgent),
  // Where no proxy is in between, a client can call its address anything.
  ip: session.ip !== null && isIP(session.ip) !== 0 ? session.ip : null,
  created_at: session.createdAt.toISOString(),
  last_used_at: session.lastUsedAt.toISOString(),
  current: session.id === currentId,
})
