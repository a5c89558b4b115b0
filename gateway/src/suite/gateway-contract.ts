import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Bench, createBench } from './bench.ts'
import { describeBodies } from './bodies.ts'
import { describeCors } from './cors.ts'
import { describeFailures } from './failures.ts'
import type { GatewayEngine } from './gateway-engine.ts'
import { describeHeaders } from './headers.ts'
import { describeInputs } from './inputs.ts'
import { describeLifecycle } from './lifecycle.ts'
import { describeLimits } from './limits.ts'
import { describeLoad } from './load.ts'
import { describeRouting } from './routing.ts'
import { describeTokens } from './tokens.ts'

/** What clients and services may rely on, whichever gateway is between them. */
export const describeGateway = (engine: GatewayEngine) => {
  let started: Bench | undefined
  const bench = () => {
    if (!started) throw new Error('the gateway has not been started')
    return started
  }
  beforeAll(async () => {
    started = await createBench(engine)
  })
  beforeEach(() => bench().reset())
  afterAll(async () => started?.close())

  describeRouting(bench)
  describeInputs(bench)
  describeHeaders(bench)
  describeTokens(bench)
  describeLimits(bench)
  describeCors(bench)
  describeBodies(bench)
  describeFailures(bench, engine)
  describeLoad(bench)
  describeLifecycle(bench)
}
