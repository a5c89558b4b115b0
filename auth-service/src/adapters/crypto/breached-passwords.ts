import { createRequire } from 'node:module'
import type { BreachedPasswords } from '../../ports.ts'

const require = createRequire(import.meta.url)

const maxDecoration = 4
// What is left of a shorter one says little of the whole: `Lisa48$!` is no common password.
const leastCommonCharacters = 6

/**
 * The passwords that attackers try first, without asking anybody. Of its 49,000 only 17 have the four kinds of
 * characters that the composition rule asks for, so a common one is also looked for behind what people add to satisfy
 * that rule: `Password1!`, `Admin@123`, `P@ssword1`. What such a thing is only a part of, as `SecurePass123!`, is fine.
 */
export const createBreachedPasswords = (): BreachedPasswords => {
  // This file alone: the package's entry takes three times the memory, for dictionaries that nobody reads here.
  const common = new Set(require('@zxcvbn-ts/language-common/src/passwords.json') as string[])
  return {
    includes: (password) =>
      beginningsOf(password.toLowerCase())
        .flatMap(readingsOf)
        .some((reading) => reading.length >= leastCommonCharacters && common.has(reading)),
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
