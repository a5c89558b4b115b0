import { readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import type { SigningKeys } from '../../ports.ts'

const publicKeySchema = z
  .looseObject({
    kty: z.string(),
    kid: z.string(),
    alg: z.string(),
    use: z.literal('sig'),
  })
  .meta({ id: 'PublicKey', description: 'A public key as RFC 7517 writes it.' })

const jsonWebKeySetSchema = z.strictObject({ keys: z.array(publicKeySchema) }).meta({ id: 'JsonWebKeySet' })

// Short enough that a new key is known everywhere soon, long enough that verifying a token costs no request.
const maxAgeSeconds = 60

export const jwksRoute = declareRoute({
  id: 'jwks',
  method: 'get',
  path: '/.well-known/jwks.json',
  gateway: { paths: ['/.well-known/jwks.json'], limit: readLimit },
  access: 'anyone',
  tag: 'tokens',
  summary: 'Public keys that verify tokens',
  description:
    'Everything but auth-service verifies tokens with these keys; the private ones never leave it.',
  answers: { 200: { description: 'All keys whose tokens may still be valid', schema: jsonWebKeySetSchema } },
})

export const createJwksHandler =
  ({ keys }: { keys: SigningKeys }): RouteHandler<typeof jwksRoute> =>
  () => ({
    status: 200,
    body: keys.publicKeys(),
    headers: { 'Cache-Control': `public, max-age=${maxAgeSeconds}` },
  })
