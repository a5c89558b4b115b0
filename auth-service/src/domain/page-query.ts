import { z } from 'zod'

/** How much of a list is had at a time. */
export const mostAtATime = 100

const error = `Has to be a whole number from 1 to ${mostAtATime}`

export const limitQuery = (preset: number) =>
  z
    .string()
    .regex(/^([1-9]\d?|100)$/, { error })
    .transform(Number)
    .default(preset)
    .meta({ description: `How many at most: 1 to ${mostAtATime}`, example: '20' })

/** Where a page begins: `read` gives nothing for what no page has ended with. */
export const cursorQuery = <Cursor>(read: (text: string) => Cursor | undefined) =>
  z
    .string()
    .max(1_000)
    .transform((text, context) => {
      const cursor = read(text)
      if (cursor !== undefined) return cursor
      context.addIssue({ code: 'custom', message: 'Has to be the next_cursor of a page' })
      return z.NEVER
    })
    .optional()
    .meta({ description: 'The `next_cursor` of the page before' })

export const nextCursor = z.string().nullable().meta({ description: '`null`: there are no more' })
