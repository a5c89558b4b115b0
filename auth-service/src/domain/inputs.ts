import { z } from 'zod'

const maxTokenCharacters = 8_192

export const tokenTextSchema = z.string().min(1).max(maxTokenCharacters)

export const refreshSchema = z
  .strictObject({ refresh_token: tokenTextSchema })
  .meta({ id: 'Refresh', example: { refresh_token: 'eyJhbGciOiJSUzI1NiJ9.the-refresh-token.signature' } })

/** An id in a path: digits, and no more of them than a number can hold. */
export const userIdSchema = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, { error: 'Has to be the id of an account' })
  .transform(Number)
  .meta({ example: '1' })

export const roleNameSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{1,31}$/, {
    error: 'Has to be 2 to 32 small letters, digits, _ or -, and to begin with a letter',
  })
  .meta({ example: 'support' })
