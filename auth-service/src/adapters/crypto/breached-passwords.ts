import { dictionary } from '@zxcvbn-ts/language-common'
import type { BreachedPasswords } from '../../ports.ts'

// What people put round a common password to satisfy a rule about kinds of characters.
const decoration = /^[^\p{L}]{1,4}|[^\p{L}]{1,4}$/gu
const leastCommonCharacters = 6

/**
 * The passwords that attackers try first, without asking anybody. `Password1!` is `password` with the decoration that
 * everybody chooses; what stands at the middle of a longer text is no such thing, so `SecurePass123!` is fine.
 */
export const createBreachedPasswords = (): BreachedPasswords => {
  const common = new Set(dictionary['passwords-common'])
  return {
    includes: (password) => {
      const plain = password.toLowerCase()
      if (common.has(plain)) return true
      const bare = plain.replaceAll(decoration, '')
      return [bare, withoutSubstitutes(bare), withoutSubstitutes(plain)].some(
        (candidate) => candidate.length >= leastCommonCharacters && common.has(candidate),
      )
    },
  }
}

const substitutes: Record<string, string> = { '@': 'a', $: 's', '0': 'o', '3': 'e', '1': 'i', '!': 'i' }

const withoutSubstitutes = (text: string) =>
  text.replaceAll(/[@$031!]/g, (character) => substitutes[character] ?? character)
