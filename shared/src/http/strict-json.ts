const maxDepth = 32

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g

/**
 * JSON whose meaning nobody can dispute. Of a name given twice another parser may take the other value, so what was
 * checked here would not be what is used there; and nothing that is meant for us is nested deeply.
 */
export const parseStrictJson = (text: string): unknown => {
  const value: unknown = JSON.parse(text)
  const open: (Set<string> | undefined)[] = []
  let lastString = ''
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(undefined)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') addName(open.at(-1), lastString)
    else lastString = token
    if (open.length > maxDepth) throw new Error(`nested more than ${maxDepth} deep`)
  }
  return value
}

const addName = (names: Set<string> | undefined, written: string) => {
  // Unescaped, since "\u0061" is another way to write "a".
  const name = JSON.parse(written) as string
  if (names?.has(name)) throw new Error('a member is given twice')
  names?.add(name)
}
