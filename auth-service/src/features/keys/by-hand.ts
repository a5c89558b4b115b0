import type { TokenAlgorithm } from '@accounts/shared/tokens/keys'

interface GivenKeys {
  algorithm: TokenAlgorithm
  privateKeyPem: string | undefined
  tokenLifetimeSeconds: number
}

/** How to rotate what no command can change; `undefined`: there is a ring for it. */
export const rotationByHand = ({ algorithm, privateKeyPem, tokenLifetimeSeconds }: GivenKeys) => {
  if (algorithm === 'HS256')
    return (
      'tokens are signed with JWT_SECRET (HS256), of which there is only one: set a new one here and in whatever ' +
      'verifies tokens and restart all of them; every token ends with the old one'
    )
  if (privateKeyPem === undefined) return undefined
  const days = Math.ceil(tokenLifetimeSeconds / 86_400)
  return [
    'the keys come from JWT_PRIVATE_KEY, so they are rotated by hand:',
    '  1. make a key with "keys generate", put it behind the others in JWT_PRIVATE_KEY and restart auth-service',
    '  2. two minutes later put it first: it signs from the restart on',
    `  3. when ${days} days have passed remove the old key and restart; remove it sooner to end its tokens`,
    'With KEY_RING instead of JWT_PRIVATE_KEY "keys rotate" does this without a restart.',
  ].join('\n')
}
