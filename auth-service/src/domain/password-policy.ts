import { z } from 'zod'
import { countCharacters, isPlainText } from './text.ts'

interface PolicyNeeds {
  policy: 'composition' | 'length'
  isBreached: (password: string) => boolean
}

interface Rule {
  holds: (password: string) => boolean
  message: string
}

const maxBytes = 256
const leastCharacters = { composition: 8, length: 15 }

const kinds = {
  composition: [
    { holds: (text) => /[a-z]/.test(text), message: 'Needs a lower-case letter' },
    { holds: (text) => /[A-Z]/.test(text), message: 'Needs an upper-case letter' },
    { holds: (text) => /\d/.test(text), message: 'Needs a digit' },
    { holds: (text) => /[!@#$%^&*()\-=_]/.test(text), message: 'Needs one of !@#$%^&*()-=_' },
  ],
  length: [],
} satisfies Record<PolicyNeeds['policy'], Rule[]>

const descriptions = {
  composition:
    'At least 8 characters with a lower-case and an upper-case letter, a digit and one of `!@#$%^&*()-=_`',
  length: 'At least 15 characters of any kind',
}

const examples = { composition: 'SecurePass123!', length: 'a quiet lake at dawn' }

/** What a new password has to be. Every rule that is broken is named. */
export const createPasswordSchema = ({ policy, isBreached }: PolicyNeeds) => {
  const least = leastCharacters[policy]
  const rules: Rule[] = [
    { holds: (text) => countCharacters(text) >= least, message: `Has to have ${least} characters or more` },
    ...kinds[policy],
    { holds: isPlainText, message: 'Holds something that is not a character' },
    { holds: (text) => !isBreached(text), message: 'Is one of the passwords that attackers try first' },
  ]
  return z
    .string()
    .superRefine((password, context) => {
      const refuse = (message: string) => context.addIssue({ code: 'custom', message })
      // Looked at no further: what takes microseconds for 256 bytes takes much longer for all that a body can hold.
      if (new TextEncoder().encode(password).length > maxBytes)
        return refuse(`Has to have ${maxBytes} bytes or fewer`)
      for (const { holds, message } of rules) if (!holds(password)) refuse(message)
    })
    .meta({
      description: `${descriptions[policy]}, at most ${maxBytes} bytes, and none that attackers try first.`,
      format: 'password',
      minLength: least,
      maxLength: maxBytes,
      example: examples[policy],
    })
}
