import { z } from 'zod'

const exampleId = '7f9c1c52-6a0e-4a7e-9b55-3f1d2c4b5a69'
const otherExampleId = 'c2b8de0e-50f4-4f2f-8f0b-1a6f0d9b7e34'

/** What leaves the service of an account. */
export const userSchema = z
  .strictObject({
    id: z.int().meta({ description: 'Never given to anybody else', example: 1 }),
    login: z.string().meta({ description: 'Unique without regard to case', example: 'john_doe' }),
    email: z.string().meta({ description: 'Unique without regard to case', example: 'john@example.com' }),
    is_active: z.boolean().meta({ description: '`false`: deactivated, nobody can sign in', example: true }),
  })
  .meta({ id: 'User', description: 'An account' })

const tokenSchema = z
  .strictObject({
    token: z
      .string()
      .meta({ description: 'The JWT', example: 'eyJhbGciOiJSUzI1NiJ9.the-claims.the-signature' }),
    token_id: z.string().meta({ description: 'Its `jti`', example: exampleId }),
  })
  .meta({ id: 'Token', description: 'A signed token and its id' })

export const tokenPairSchema = z
  .strictObject({ access_token: tokenSchema, refresh_token: tokenSchema })
  .meta({
    id: 'TokenPair',
    description:
      'The access token goes with every request, as `Authorization: Bearer`. The refresh token goes nowhere but to ' +
      '`/refresh`, which exchanges it for the next pair, and to `/logout`.',
    example: {
      access_token: { token: 'eyJhbGciOiJSUzI1NiJ9.the-access-token.signature', token_id: exampleId },
      refresh_token: { token: 'eyJhbGciOiJSUzI1NiJ9.the-refresh-token.signature', token_id: otherExampleId },
    },
  })

export const authResponseSchema = z
  .strictObject({ user: userSchema, token_pair: tokenPairSchema })
  .meta({ id: 'AuthResponse', description: 'The account and the tokens of its new session' })
