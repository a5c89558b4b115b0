import { z } from 'zod'
import type { oas31, ZodOpenApiResponseObject } from 'zod-openapi'
import { type ErrorCode, errorCodes } from '../errors/codes.ts'
import { type Problem, problemSchema } from './problem-schema.ts'

/** The component's name of an answer that is one of these problems: `NotFound`, `MalformedJsonOrMalformedRequest`. */
export const nameProblems = (codes: readonly ErrorCode[]) =>
  codes
    .map((code) => code.replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase()))
    .join('Or')

/** An answer that is one of these problems, all of them of one status. */
export const describeProblems = (codes: readonly ErrorCode[]): ZodOpenApiResponseObject => {
  const problems = codes.map((code) => `\`${code}\`: ${errorCodes[code].title}`)
  const list = problems.length > 1 ? problems.map((problem) => `- ${problem}`) : problems
  return {
    description: list.join('\n'),
    ...(codes.includes('unavailable') && { headers: retryAfter }),
    content: {
      'application/problem+json': {
        // Not `allOf` with the general one: Redoc would show every code that there is.
        schema: problemSchema.extend({ code: z.enum(codes) }),
        examples: Object.fromEntries(
          codes.map((code) => [code, { summary: errorCodes[code].title, value: exampleProblem(code) }]),
        ),
      },
    },
  }
}

const retryAfter: oas31.HeadersObject = {
  'Retry-After': {
    description: 'Seconds to wait before the next try',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
}

const exampleProblem = (code: ErrorCode): Problem => ({
  type: `urn:problem:${code}`,
  ...errorCodes[code],
  code,
  request_id: '5f0c6f5e-6f0b-4b0e-9a3d-0d6f3f1f3b7a',
  ...(code === 'validation_failed' && {
    errors: [{ path: 'path.of.member', message: 'What is wrong with it' }],
  }),
})
