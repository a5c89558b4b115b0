import type { IncomingMessage } from 'node:http'
import type { Logger } from '@accounts/shared/logging/logger'
import type { AccessClaims } from '@accounts/shared/tokens/access-token'
import { createRemoteKeys, type RemoteKeys } from '@accounts/shared/tokens/remote-keys'
import { createTokenVerifier, type VerifyToken } from '@accounts/shared/tokens/verify-token'
import type { TokenCheck } from './configuration-modules.ts'

export type Checked =
  | { passed: true; headers: ReadonlyMap<string, string> }
  /** All that KrakenD says: it has no body for either. */
  | { passed: false; status: 401 | 403 }

const refused: Checked = { passed: false, status: 401 }

/** Checks tokens as KrakenD's validator does; routes that ask for the same share its keys and what it remembers. */
export const createTokenChecks = ({ logger }: { logger: Logger }) => {
  const keySets = new Map<string, RemoteKeys>()
  const verifiers = new Map<string, VerifyToken<AccessClaims>>()

  const keysOf = ({ jwk_url, cache_duration }: TokenCheck) =>
    memoized(keySets, [jwk_url, cache_duration], () =>
      createRemoteKeys({ url: jwk_url, refreshSeconds: cache_duration, cooldownSeconds: 0, logger }),
    )

  const verifierOf = (settings: TokenCheck) => {
    const { alg, issuer, jwk_url, cache_duration } = settings
    const [audience] = settings.audience
    return memoized(verifiers, [alg, issuer, audience, jwk_url, cache_duration], () => {
      const keys = keysOf(settings)
      const misses = createMisses(settings.failed_jwk_key_cooldown)
      const find = async (kid: string) => {
        if (misses.has(kid)) return undefined
        try {
          const key = await keys.find(kid)
          if (key?.algorithm === alg) return key
        } catch {
          // The key set is away: nobody can be let in.
        }
        misses.add(kid)
        return undefined
      }
      return createTokenVerifier({
        keys: { find },
        issuer,
        audience,
        type: 'access',
        clock: () => new Date(),
      })
    })
  }

  return {
    create: (settings: TokenCheck) => {
      const verify = verifierOf(settings)
      return async (request: IncomingMessage): Promise<Checked> => {
        const token = tokenOf(request, settings.cookie_key)
        // Nobody can be let in by keys that can't be had.
        const claims = token === undefined ? undefined : await verify(token).catch(() => undefined)
        if (claims === undefined) return refused
        if (settings.roles?.some((role) => claims.roles.includes(role)) === false)
          return { passed: false, status: 403 }
        const [[, header]] = settings.propagate_claims
        return { passed: true, headers: new Map([[header.toLowerCase(), claims.sub]]) }
      }
    },
    close: () => {
      for (const keys of keySets.values()) keys.close()
    },
  }
}

const mostMisses = 1_000

/** Names of keys that were not to be had a moment ago: asking for them again has to wait. */
const createMisses = (cooldownMilliseconds: number) => {
  const until = new Map<string, number>()
  return {
    has: (kid: string) => (until.get(kid) ?? 0) > performance.now(),
    add: (kid: string) => {
      if (until.size >= mostMisses) until.clear()
      until.set(kid, performance.now() + cooldownMilliseconds)
    },
  }
}

const memoized = <Value>(known: Map<string, Value>, name: readonly unknown[], create: () => Value): Value => {
  const key = JSON.stringify(name)
  const value = known.get(key) ?? create()
  known.set(key, value)
  return value
}

const tokenOf = ({ headers }: IncomingMessage, cookieName: string) => {
  const given = headers.authorization?.replace(/^bearer (?=.)/i, '')
  if (given) return given
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim())
  return cookies.find((cookie) => cookie.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1)
}
