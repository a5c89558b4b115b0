import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLogOutput } from './log-output.ts'

const failure = (code: string) => Object.assign(new Error(code), { code })

describe('log output', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('a line after a pause goes out at once, and lines that follow it closely go out together, in their order', () => {
    vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout', 'performance'] })
    const writes: string[] = []
    const output = createLogOutput((bytes) => writes.push(bytes.toString()) && bytes.length)
    output.write('one\n')
    output.write('two\n')
    expect(writes).toEqual([])
    vi.advanceTimersByTime(0)
    expect(writes).toEqual(['one\ntwo\n'])
    for (const line of ['three\n', 'four\n']) {
      output.write(line)
      vi.advanceTimersByTime(4)
    }
    expect(writes).toHaveLength(1)
    vi.advanceTimersByTime(10)
    expect(writes).toEqual(['one\ntwo\n', 'three\nfour\n'])
    vi.advanceTimersByTime(100)
    output.write('five\n')
    vi.advanceTimersByTime(0)
    expect(writes.at(-1)).toBe('five\n')
  })

  it('a reader that takes little at a time, or nothing for a while, gets everything', async () => {
    let text = ''
    let refusals = 3
    const output = createLogOutput((bytes) => {
      if (text.length > 4 && refusals > 0) {
        refusals -= 1
        throw failure('EAGAIN')
      }
      text += bytes.toString('latin1', 0, 3)
      return Math.min(3, bytes.length)
    })
    output.write('hello, ')
    await nextTurn()
    output.write('reader\n')
    while (text.length < 14) await delay(5)
    expect(text).toBe('hello, reader\n')
    expect(refusals).toBe(0)
  })

  it('of a reader that is gone nobody hears, and nothing is kept for it', async () => {
    let attempts = 0
    const output = createLogOutput(() => {
      attempts += 1
      throw failure('EPIPE')
    })
    for (let line = 0; line < 3; line += 1) {
      output.write('line\n')
      await delay(20)
    }
    output.end()
    expect(attempts).toBe(1)
  })

  it('a reader that stops reading costs a bounded amount of memory, and is told how much it missed', async () => {
    let stopped = true
    let text = ''
    const output = createLogOutput((bytes) => {
      if (stopped) throw failure('EAGAIN')
      text += bytes.toString()
      return bytes.length
    })
    const line = `${'x'.repeat(1024 * 1024 - 1)}\n`
    for (let count = 0; count < 20; count += 1) output.write(line)
    await nextTurn()
    stopped = false
    while (!text.includes('lost')) await delay(5)
    const written = text.split('\n').slice(0, -1)
    const told = JSON.parse(written.at(-1) ?? '') as { lost: number }
    expect(told.lost).toBeGreaterThan(5)
    expect(written.length - 1 + told.lost).toBe(20)
  })

  it('at the end it waits a moment for a slow reader, and no longer', () => {
    let text = ''
    let refusals = 2
    const output = createLogOutput((bytes) => {
      if (refusals-- > 0) throw failure('EAGAIN')
      text += bytes.toString()
      return bytes.length
    })
    output.write('last words\n')
    output.end()
    expect(text).toBe('last words\n')

    const toNobody = createLogOutput(() => {
      throw failure('EAGAIN')
    })
    toNobody.write('last words\n')
    toNobody.end()
  })
})
