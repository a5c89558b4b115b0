import { afterAll, describe } from 'vitest'
import { describeLoginTime } from './suite/login-time.ts'
import { describeSecurity } from './suite/security.ts'
import { createWorld } from './world/world.ts'

/** What `pnpm verify` hands to vitest; no test of this project's own run. */
const url = process.env['VERIFY_TARGET'] ?? ''

describe(url, () => {
  const world = createWorld({ url })
  afterAll(async () => world.people.leave(), 60_000)
  describeSecurity(() => world)
  describeLoginTime(() => world)
})
