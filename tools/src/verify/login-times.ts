import { randomBytes, randomInt } from 'node:crypto'
import { createClient } from './world/client.ts'
import { expectStatus, newLogin, type Person } from './world/people.ts'
import { type Block, rankTest, toBlocks } from './rank-test.ts'

interface SamplingNeeds {
  url: string
  known: Pick<Person, 'login'>
  samples: number
}

/**
 * How long wrong log-ins take, for an account that is not there (first) and for one that is: one after the other on one
 * connection, so that nothing queues, in pairs of random order, so that nothing hangs on who is first.
 */
export const measureLogins = async ({ url, known, samples }: SamplingNeeds): Promise<Block> => {
  const { call, close } = createClient(url, { connections: 1 })
  const measure = async (login: string, into: number[]) => {
    const body = { login, password: randomBytes(12).toString('base64url') }
    into.push(expectStatus(await call('POST', '/api/login', { body }), 401).milliseconds)
  }
  const [first, second]: [number[], number[]] = [[], []]
  const pair = [async () => measure(newLogin(), first), async () => measure(known.login, second)] as const
  try {
    for (let sample = 0; sample < samples; sample += 1) {
      const leader = randomInt(2)
      await pair[leader]?.()
      await pair[1 - leader]?.()
    }
  } finally {
    close()
  }
  return { first, second }
}

// What it costs to find an account and to write down whose it is is less, and is not what is looked for.
const toleranceMilliseconds = 0.1

const blockSize = 10

/** Standard deviations by which the slower group is slower than the other by more than the tolerance. */
export const distanceOf = ({ first, second }: Block): number => {
  const lead = (slow: readonly number[], fast: readonly number[]) =>
    rankTest(toBlocks({ first: slow.map((time) => time - toleranceMilliseconds), second: fast }, blockSize))
  return Math.max(lead(first, second), lead(second, first))
}

// Simulated on real times of 500 samples: exchanged at random within their pairs, 7 of 14 million runs were further
// apart than 5, without the tolerance; with 1 ms more on one side none of 490,000 was nearer than 6.5.
export const mostDistance = 5
