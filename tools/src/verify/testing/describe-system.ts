import type { GatewayEngine } from '@accounts/gateway/suite/gateway-engine'
import type { TestDatabase } from '@accounts/shared/testing/databases'
import { afterAll, beforeAll, expect } from 'vitest'
import { createWorld, type World } from '../world/world.ts'
import { startSystem, type System } from './start-system.ts'

interface SystemNeeds {
  gateway: GatewayEngine
  createDatabase: () => Promise<TestDatabase>
}

/** Tests on a system that is started for them, and of which no account may be left. */
export const describeSystem = (
  needs: SystemNeeds,
  body: (world: () => World, system: () => System) => void,
) => {
  let system: System
  let world: World
  beforeAll(async () => {
    system = await startSystem(needs)
    world = createWorld(system.target)
  }, 60_000)
  afterAll(async () => {
    try {
      await world?.people.leave()
      expect(await system?.activeLogins()).toEqual([])
    } finally {
      await system?.end()
    }
  }, 60_000)
  body(
    () => world,
    () => system,
  )
}
