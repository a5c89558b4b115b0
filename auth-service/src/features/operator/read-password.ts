const mostBytes = 4_096

/** The one line that somebody sends to the standard input. */
export const readPassword = async (input: AsyncIterable<Buffer | string>): Promise<string> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of input) {
    const part = Buffer.from(chunk)
    chunks.push(part)
    bytes += part.length
    if (bytes > mostBytes) throw new Error('the standard input is too long for a password')
  }
  const text = textOf(Buffer.concat(chunks)).replace(/\r?\n$/, '')
  if (text === '') throw new Error('the standard input is empty: the password was expected there')
  if (/[\r\n]/.test(text)) throw new Error('the standard input has more than the one line of a password')
  return text
}

const textOf = (bytes: Buffer) => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Error('the standard input is not UTF-8')
  }
}
