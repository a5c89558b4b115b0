import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { describeEmbedded } from '../testing/engines.ts'
import { createSqliteTrial, type SqliteTrial } from './testing/sqlite-trial.ts'

describeEmbedded('embedded bus', 'dead letters in the file', () => {
  let trial: SqliteTrial
  beforeEach(async () => {
    trial = await createSqliteTrial()
  })
  afterEach(() => trial.end())

  const park = async (...ids: string[]) => {
    for (const id of ids) await trial.put('user_info', { id, body: '' })
    ;(await trial.connection()).exec("UPDATE messages SET parked_at = sequence, last_reason = 'poison'")
  }

  test('several with one id: shown one at a time, none is out of reach, and paging ends', async () => {
    const { deadLetters } = await trial.open()
    await park('twice', 'one', 'twice', 'two')
    const first = await deadLetters.page({ limit: 2 })
    expect(first.letters.map(({ id }) => id)).toEqual(['twice', 'one'])
    const second = await deadLetters.page({ limit: 2, after: 'one' })
    expect(second.letters.map(({ id }) => id)).toEqual(['two'])
    expect(second.more).toBe(false)
    expect(await deadLetters.discard('twice')).toBe(true)
    expect((await deadLetters.find('twice'))?.parkedAt).toEqual(new Date(3))
    expect(await deadLetters.discard('twice')).toBe(true)
    expect(await deadLetters.find('twice')).toBeNull()
  })

  test('a lock held by another process: reading goes on, a replay waits for it or says it is unavailable', async () => {
    const { deadLetters } = await trial.open({ publishTimeoutMilliseconds: 300 })
    await park('one')
    const other = await trial.connection()
    other.exec('BEGIN IMMEDIATE')
    expect(await deadLetters.count()).toBe(1)
    await expect(deadLetters.replay('one')).rejects.toMatchObject({ code: 'unavailable' })
    const replaying = deadLetters.replay('one')
    other.exec('COMMIT')
    expect(await replaying).toBe(true)
  })

  test('replayed by one process: a consumer in another has it at once, long before its sweep', async () => {
    const bus = await trial.open({ sweepMilliseconds: 3_600_000 })
    const outside = await trial.open()
    const all = ['one', 'two', 'three']
    await park(...all)
    const ids: string[] = []
    bus.consume({
      prefetch: 10,
      isAble: async () => true,
      handle: async ({ id }) => {
        ids.push(id)
        return { verdict: 'done' }
      },
    })
    // The first may still be found by its look around at the start.
    for (const [index, id] of all.entries()) {
      expect(await outside.deadLetters.replay(id)).toBe(true)
      await vi.waitUntil(() => ids.length === index + 1, { timeout: 10_000, interval: 5 })
    }
    expect(ids).toEqual(all)
  })
})
