import { z } from 'zod'

/** What goes with an event beside its body. */
export const eventHeaders = z.object({
  'x-aggregate-id': z.string().regex(/^[1-9]\d{0,15}$/),
  /** 1, 2, 3 … for each account: what puts its events in order, and shows that one is missing. */
  'x-aggregate-version': z.int().positive(),
  'x-schema-version': z.literal(1),
  'x-occurred-at': z.iso.datetime(),
})

export type EventHeaders = z.output<typeof eventHeaders>
