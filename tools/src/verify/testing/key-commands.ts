import { generateSigningKey } from '@accounts/auth-service/adapters/crypto/key-material'
import { createKeyRing } from '@accounts/auth-service/adapters/crypto/key-ring'
import { createRetireKey } from '@accounts/auth-service/features/keys/retire-key'
import { createRotateKeys } from '@accounts/auth-service/features/keys/rotate-keys'

const week = 7 * 86_400

/** What `pnpm keys` does to the key ring of a service that runs, without the time that a process takes to start. */
export const createKeyCommands = (file: string) => {
  const ring = createKeyRing({ file })
  const needs = { ring, audit: async () => {}, clock: () => new Date() }
  const rotate = createRotateKeys({
    ...needs,
    generateKey: generateSigningKey,
    algorithm: 'RS256',
    tokenLifetimeSeconds: week,
  })
  const retire = createRetireKey(needs)
  return {
    rotate: async (options: { now: boolean }) => (await rotate(options)).key,
    retire: async (kid: string) => retire(kid, { now: true }),
    /** With it a test makes tokens that nobody but auth-service should be able to make. */
    signing: async () => {
      const [key] = (await ring.read()) ?? []
      if (key === undefined) throw new Error('there is no key in the ring')
      return { ...key, signingKey: key.key }
    },
  }
}
