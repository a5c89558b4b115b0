import type { RateLimit } from './configuration-modules.ts'

interface Bucket {
  tokens: number
  refilledAt: number
  usedAt: number
}

const keptMilliseconds = 10 * 60_000

/** KrakenD's token buckets, one a client: none is refilled before it is empty. Times are in milliseconds. */
export const createRateLimit = (
  {
    client_max_rate,
    client_capacity,
    every,
  }: Pick<RateLimit, 'client_max_rate' | 'client_capacity' | 'every'>,
  now: () => number = () => performance.now(),
) => {
  const fillTime = every / client_max_rate
  const buckets = new Map<string, Bucket>()

  const bucketOf = (client: string, time: number) => {
    const known = buckets.get(client)
    if (known) return known
    const bucket = { tokens: client_capacity, refilledAt: time, usedAt: time }
    buckets.set(client, bucket)
    return bucket
  }

  return {
    allow: (client: string): boolean => {
      // A header that is not there, or a claim: somebody nobody knows.
      if (client === '') return false
      const time = now()
      const bucket = bucketOf(client, time)
      bucket.usedAt = time
      if (bucket.tokens === 0) {
        const due = Math.floor((time - bucket.refilledAt) / fillTime)
        bucket.tokens = Math.min(due, client_capacity)
        bucket.refilledAt += due * fillTime
      }
      if (bucket.tokens === 0) return false
      bucket.tokens -= 1
      return true
    },
    /** Drops the buckets that nobody has used for so long that they are full again. */
    sweep: () => {
      const longAgo = now() - Math.max(keptMilliseconds, every)
      for (const [client, { usedAt }] of buckets) if (usedAt < longAgo) buckets.delete(client)
    },
    size: () => buckets.size,
  }
}
