import { describe, expect, it } from 'vitest'
import { createGate } from './gate.ts'

const endless = async () => new Promise<never>(() => {})

describe('a gate', () => {
  it('turns away who has waited too long, and the place of who gave up goes to nobody', async () => {
    const gate = createGate({ name: 'the bridge', places: 1, maxWaiting: 5, maxWaitMilliseconds: 20 })
    let leave = () => {}
    const first = gate.enter(async () => new Promise<void>((resolve) => (leave = resolve)))
    const tooLong = { code: 'unavailable', cause: { message: 'the bridge is busy: no turn within 20 ms' } }
    await expect(gate.enter(endless)).rejects.toMatchObject(tooLong)
    expect(gate.waiting()).toBe(0)
    leave()
    await first
    expect(gate.inside()).toBe(0)
    expect(await gate.enter(async () => 'next')).toBe('next')
  })

  it('gives turns in the order of arrival', async () => {
    const gate = createGate({ name: 'the bridge', places: 2, maxWaiting: 20 })
    const order: number[] = []
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => gate.enter(async () => void order.push(index))),
    )
    expect(order).toEqual(order.toSorted((one, other) => one - other))
  })
})
