/** Topic routing as AMQP has it: words between dots, `*` is one word, `#` any number of them, none included. */
export const topicMatches = (pattern: string, routingKey: string): boolean => {
  const words = wordsOf(routingKey)
  // How many words of the key the pattern may have used up so far.
  let used = new Set([0])
  for (const part of wordsOf(pattern)) {
    const next = new Set<number>()
    for (const count of used) {
      if (part === '#') for (let end = count; end <= words.length; end += 1) next.add(end)
      else if (count < words.length && (part === '*' || part === words[count])) next.add(count + 1)
    }
    used = next
  }
  return used.has(words.length)
}

const wordsOf = (key: string) => (key === '' ? [] : key.split('.'))
