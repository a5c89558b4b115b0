import { setImmediate } from 'node:timers/promises'
import { PassThrough } from 'node:stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openTerminal } from './terminal.ts'

/** A terminal of which everything is known: who types at it, what it shows, and whether it would echo by itself. */
const openTrial = () => {
  const modes: boolean[] = []
  const input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => void modes.push(isRaw),
  })
  const output = new PassThrough()
  let shown = ''
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()))
  const terminal = openTerminal({ input, output })
  onTestFinished(() => terminal.close())
  const type = async (text: string) => {
    input.write(text)
    await setImmediate()
  }
  return { terminal, modes, type, shown: () => shown }
}

describe('asking at a terminal', () => {
  it('shows what is typed, and nothing of a secret', async () => {
    const { terminal, type, shown } = openTrial()
    const login = terminal.ask('login: ')
    await type('the_boss')
    expect(shown()).toContain('login: ')
    expect(shown()).toContain('the_boss')
    await type('\r')
    expect(await login).toBe('the_boss')

    const password = terminal.askSecretly('password: ')
    for (const key of 'the-secreX') await type(key)
    await type('\u007F')
    await type('t\r')
    expect(await password).toBe('the-secret')
    expect(shown()).toMatch(/password: \n$/)
    expect(shown()).not.toMatch(/secre|\*/)
  })

  it('shows nothing of a password that is pasted with the answer before it, or typed ahead', async () => {
    const { terminal, type, shown } = openTrial()
    const login = terminal.ask('login: ')
    await type('the_boss\rthe-secret\rthe-se')
    expect(await login).toBe('the_boss')
    expect(await terminal.askSecretly('password: ')).toBe('the-secret')
    const again = terminal.askSecretly('again: ')
    await type('cret\r')
    expect(await again).toBe('the-secret')
    expect(shown()).not.toMatch(/secret|the-se/)
  })

  it('the keys that bring back an earlier answer bring none', async () => {
    const { terminal, type, shown } = openTrial()
    const password = terminal.askSecretly('password: ')
    await type('the-secret\r')
    await password
    const next = terminal.ask('next: ')
    await type('\u001B[A\u0010nothing\r')
    expect(await next).toBe('nothing')
    expect(shown()).not.toContain('the-secret')
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('%s stops it, and the terminal is as it was before', async (_, key) => {
    for (const how of ['ask', 'askSecretly'] as const) {
      const { terminal, type, modes } = openTrial()
      const answer = terminal[how]('question: ')
      answer.catch(() => {})
      await type(key)
      await expect(answer).rejects.toThrow('stopped')
      await expect(terminal.ask('another: ')).rejects.toThrow('stopped')
      expect(modes).toEqual([true, false])
    }
  })
})
