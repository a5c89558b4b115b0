import { z } from 'zod'

/** What goes with an event beside its body. */
export const eventHeaders = z.object({
  'x-aggregate-id': z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .describe('The account, as `auth_id` in the body.'),
  'x-aggregate-version': z
    .int()
    .positive()
    .describe('1, 2, 3 … for each account: puts its events in order, and shows that one is missing.'),
  'x-schema-version': z.literal(1).describe('The version of this description that the body follows.'),
  'x-occurred-at': z.iso.datetime().describe('When the change was made.'),
  traceparent: z
    .string()
    .exactOptional()
    .describe('W3C Trace Context of the request that made the change, if it came with one.'),
})

export type EventHeaders = z.output<typeof eventHeaders>
