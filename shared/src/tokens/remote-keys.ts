import { createPublicKey, type JsonWebKey } from 'node:crypto'
import { z } from 'zod'
import { ServiceError } from '../errors/service-error.ts'
import type { Readiness } from '../http/health.ts'
import type { Logger } from '../logging/logger.ts'
import { withDeadline } from '../process/deadline.ts'
import { fitsAlgorithm, tokenAlgorithms, type VerificationKey, type VerificationKeys } from './keys.ts'

const mostBytes = 256 * 1024
const retrySeconds = 1

export interface RemoteKeysNeeds {
  /** Of a JWK set (RFC 7517). Nothing that a token says leads anywhere else. */
  url: string
  clock?: () => Date
  logger?: Logger
  refreshSeconds?: number
  /** How long nobody else's unknown key is asked for after one was. */
  cooldownSeconds?: number
  timeoutMilliseconds?: number
  fetch?: typeof globalThis.fetch
}

export interface RemoteKeys extends VerificationKeys {
  readiness(): Readiness
  close(): void
}

type KeysByName = ReadonlyMap<string, VerificationKey>

/** Keys that another service publishes, fetched ahead of need: a known one costs neither a request nor a wait. */
export const createRemoteKeys = ({
  url,
  clock = () => new Date(),
  logger,
  refreshSeconds = 30,
  cooldownSeconds = 5,
  timeoutMilliseconds = 2_000,
  fetch = globalThis.fetch,
}: RemoteKeysNeeds): RemoteKeys => {
  let keys: KeysByName | undefined
  let loading: Promise<void> | undefined
  let nextLoad: NodeJS.Timeout | undefined
  let notAskedBefore = -Infinity
  let abort = new AbortController()
  let closed = false
  let told = ''

  const tellOnce = (state: string, tell: () => void) => {
    if (state !== told) tell()
    told = state
  }

  const coolDown = () => {
    notAskedBefore = clock().getTime() + cooldownSeconds * 1000
  }

  const load = async () => {
    clearTimeout(nextLoad)
    abort = new AbortController()
    let wait = refreshSeconds
    try {
      const text = withDeadline(
        fetchText(url, fetch, abort.signal),
        timeoutMilliseconds,
        () => new Error('too late'),
      )
      const { usable, unusable } = readKeySet(await text, keys)
      keys = usable
      const facts = { url, kids: [...usable.keys()], unusable }
      tellOnce(JSON.stringify(facts), () => logger?.info(facts, 'token keys loaded'))
    } catch (error) {
      coolDown()
      wait = Math.min(retrySeconds, refreshSeconds)
      if (!closed)
        tellOnce('away', () =>
          // At a start the other service may simply be later.
          logger?.[keys ? 'warn' : 'info'](
            { url, err: error, kept: keys?.size ?? 0 },
            'token keys cannot be loaded',
          ),
        )
    }
    abort.abort()
    loading = undefined
    if (!closed) nextLoad = setTimeout(start, wait * 1000).unref()
  }

  const start = () => {
    loading ??= load()
  }
  start()

  const lookUp = async (kid: string) => {
    // What is under way may bring it. If not, it is worth asking, but not for everybody who makes up a name.
    await loading
    if (!closed && !keys?.has(kid) && clock().getTime() >= notAskedBefore) {
      coolDown()
      start()
    }
    await loading
    if (keys === undefined) throw new ServiceError('unavailable', { cause: new Error('no token keys yet') })
    return keys.get(kid)
  }

  return {
    find: (kid) => keys?.get(kid) ?? lookUp(kid),
    readiness: () => (keys ? { ready: true } : { ready: false, reason: `no keys from ${url} yet` }),
    close: () => {
      closed = true
      clearTimeout(nextLoad)
      abort.abort()
    },
  }
}

const fetchText = async (url: string, fetch: typeof globalThis.fetch, signal: AbortSignal) => {
  const response = await fetch(url, { redirect: 'error', signal, headers: { Accept: 'application/json' } })
  if (response.status !== 200 || !response.body) throw new Error(`answered with ${response.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error(`answered with more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const keySetSchema = z.object({ keys: z.array(z.unknown()) })

const keySchema = z.looseObject({
  kid: z.string().min(1),
  alg: z.enum(tokenAlgorithms),
  use: z.literal('sig').optional(),
})

/** A key that can't be used, of another kind or for another purpose, spoils none of the others. */
const readKeySet = (text: string, known: KeysByName | undefined) => {
  const { keys } = keySetSchema.parse(JSON.parse(text))
  const usable = new Map<string, VerificationKey>()
  for (const jwk of keys) {
    const key = readKey(jwk)
    if (!key) continue
    const former = known?.get(key.kid)
    // The very object, so that what was verified with it still is.
    const same = former?.algorithm === key.algorithm && former.key.equals(key.key)
    usable.set(key.kid, same ? former : key)
  }
  return { usable, unusable: keys.length - usable.size }
}

const readKey = (jwk: unknown): VerificationKey | undefined => {
  const parsed = keySchema.safeParse(jwk)
  if (!parsed.success) return undefined
  const { kid, alg: algorithm } = parsed.data
  try {
    const key = createPublicKey({ key: parsed.data as JsonWebKey, format: 'jwk' })
    return fitsAlgorithm(key, algorithm) ? { kid, algorithm, key } : undefined
  } catch {
    return undefined
  }
}
