import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

export interface Terminal {
  ask(question: string): Promise<string>
  /** Nothing of what is typed is shown. */
  askSecretly(question: string): Promise<string>
  say(text: string): void
  close(): void
}

interface Streams {
  input: NodeJS.ReadableStream
  output: NodeJS.WritableStream
}

/** Asks people. Whoever uses it closes it, or the terminal stays as it is while it asks. */
export const openTerminal = ({ input, output }: Streams): Terminal => {
  // Except for the answer to a visible question: what is pasted at once holds the password too.
  let isShown = false
  let isClosed = false
  const lines: string[] = []
  let wake = () => {}
  const shown = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      if (isShown) output.write(text)
      done()
    },
  })
  // Without a history, from which the arrow keys would fetch a password.
  const reader = createInterface({ input, output: shown, terminal: true, historySize: 0 })
  reader.on('line', (line) => {
    isShown = false
    lines.push(line)
    wake()
  })
  reader.on('close', () => {
    isShown = false
    isClosed = true
    wake()
  })

  const nextLine = async () => {
    while (lines.length === 0 && !isClosed) await new Promise<void>((resolve) => (wake = resolve))
    const line = lines.shift()
    if (line !== undefined) return line
    output.write('\n')
    throw new Error('stopped, nothing was done')
  }

  return {
    ask: async (question) => {
      if (lines.length === 0 && !isClosed) {
        isShown = true
        reader.setPrompt(question)
        reader.prompt(true)
      }
      return nextLine()
    },
    askSecretly: async (question) => {
      output.write(question)
      const line = await nextLine()
      output.write('\n')
      return line
    },
    say: (text) => void output.write(text),
    close: () => reader.close(),
  }
}
