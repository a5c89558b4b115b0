import { afterAll, beforeAll, beforeEach } from 'vitest'
import { type Bench, createBench } from './bench.ts'
import { describeBodies } from './bodies.ts'
import { describeFailures } from './failures.ts'
import type { GatewayEngine } from './gateway-engine.ts'
import { describeHeaders } from './headers.ts'
import { describeInputs } from './inputs.ts'
import { describeLifecycle } from './lifecycle.ts'
import { describeLoad } from './load.ts'
import { describeRouting } from './routing.ts'

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
  describeBodies(bench)
  describeFailures(bench, engine)
  describeLoad(bench)
  describeLifecycle(bench)
}
