import { setTimeout as delay } from 'node:timers/promises'
import type { Engines, World, createWorld } from './world.ts'

export interface Trial {
  kind: Engines['kind']
  seed: number
  /** How many accounts to use; what a scenario is about decides what it does with them. */
  accounts: number
  open(needs?: Partial<Omit<Parameters<typeof createWorld>[0], 'engines' | 'seed'>>): Promise<World>
}

export interface Result {
  world: World
  kills?: number
  /** What a reader of the table should know. */
  notes?: string
  /** Dead letters that were meant to be there. */
  deadLetters?: number
}

export interface Scenario {
  number: number
  title: string
  /** Where the fault makes sense. */
  engines: readonly Engines['kind'][]
  /** Another seed is another trial. */
  isRandom?: boolean
  /** How many times as many accounts as others have. */
  scale?: number
  run(trial: Trial): Promise<Result>
}

export const everywhere = ['real', 'embedded'] as const
export const realOnly = ['real'] as const

export class Broken extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Broken'
  }
}

export const expectThat = (condition: unknown, promise: string) => {
  if (!condition) throw new Broken(promise)
}

/** Lets the load run, and does something to it again and again, at moments that the seed decides. */
export const whileDriving = async (
  { driver, random }: World,
  accounts: number,
  strike: () => Promise<void>,
  [least, most]: readonly [number, number] = [150, 900],
) => {
  let over = false
  const driving = driver.drive(accounts).finally(() => (over = true))
  const striking = (async () => {
    let strikes = 0
    for (;;) {
      await delay(random.between(least, most))
      if (over) return strikes
      await strike()
      strikes += 1
    }
  })()
  const [strikes] = await Promise.all([striking, driving])
  return strikes
}
