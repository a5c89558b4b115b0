import { z } from 'zod'
import { errorCodeNames } from '../errors/codes.ts'

/** Every error answer, `application/problem+json` (RFC 9457). */
export const problemSchema = z
  .strictObject({
    type: z
      .string()
      .regex(/^urn:problem:[a-z_]+$/)
      .meta({ description: 'The kind of problem as a URI: `urn:problem:` and the code' }),
    title: z.string().meta({ description: 'What the code means; the same for every problem of this kind' }),
    status: z.int().min(400).max(599).meta({ description: 'The HTTP status of the answer' }),
    detail: z.string().optional().meta({ description: 'What is wrong this time' }),
    code: z.enum(errorCodeNames).meta({ description: 'For programs to decide on' }),
    request_id: z.string().meta({ description: 'Name it when asking for help: the logs are searched by it' }),
    errors: z
      .array(
        z.strictObject({
          path: z.string().meta({
            description: 'The member at fault: `name` in the body, `query.limit`, `params.user_id`',
          }),
          message: z.string(),
        }),
      )
      .optional()
      .meta({ description: 'Every fault of the request, where its validation failed' }),
  })
  .meta({ id: 'Problem', description: 'An error answer (RFC 9457)' })

export type Problem = z.output<typeof problemSchema>
