import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { BreachedPasswords } from '../../ports.ts'

const maxDecoration = 4
// What is left of a shorter one says little of the whole: `Lisa48$!` is no common password.
const leastCommonCharacters = 6

/**
 * The passwords that attackers try first, without asking anybody. Of its 49,000 only 17 have the four kinds of
 * characters that the composition rule asks for, so a common one is also looked for behind what people add to satisfy
 * that rule: `Password1!`, `Admin@123`, `P@ssword1`. What such a thing is only a part of, as `SecurePass123!`, is fine.
 */
export const createBreachedPasswords = (): BreachedPasswords => {
  const common = readCommon()
  return {
    includes: (password) =>
      beginningsOf(password.toLowerCase())
        .flatMap(readingsOf)
        .some((reading) => common.has(reading)),
  }
}

const file = fileURLToPath(import.meta.resolve('@zxcvbn-ts/language-common/src/passwords.json'))

/** Sorted, in one text: as 49,000 texts of their own they took 4 MB. */
const readCommon = () => {
  const words = JSON.parse(readFileSync(file, 'utf8')) as string[]
  const sorted = words.filter(({ length }) => length >= leastCommonCharacters).toSorted()
  const text = `\n${sorted.join('\n')}\n`
  return {
    has: (word: string) => {
      // Each at the end of a line: what is looked for stands between them, if anywhere.
      let [low, high] = [0, text.length - 1]
      while (low < high) {
        const start = text.lastIndexOf('\n', Math.floor((low + high) / 2))
        const end = text.indexOf('\n', start + 1)
        const found = text.slice(start + 1, end)
        if (found === word) return true
        if (found < word) low = end
        else high = start
      }
      return false
    },
  }
}

/** Itself, and without one or more of the digits and special characters that it ends in. */
const beginningsOf = (text: string) => {
  let end = text.length
  while (end > 0 && text.length - end < maxDecoration && /[^\p{L}]/u.test(text.charAt(end - 1))) end -= 1
  return Array.from({ length: text.length - end + 1 }, (_, index) => text.slice(0, end + index))
}

const readingsOf = (text: string) => [
  text,
  text.replace(/^[^\p{L}]+/u, ''),
  text.replaceAll(/[^\p{L}\d]/gu, ''),
  text.replaceAll(/[@$013]/g, (character) => substitutes[character] ?? character),
]

const substitutes: Record<string, string> = { '@': 'a', $: 's', '0': 'o', '1': 'i', '3': 'e' }
