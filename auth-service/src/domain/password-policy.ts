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

const rules = {
  composition: [
    { holds: (text) => countCharacters(text) >= 8, message: 'Has to have 8 characters or more' },
    { holds: (text) => /[a-z]/.test(text), message: 'Needs a lower-case letter' },
    { holds: (text) => /[A-Z]/.test(text), message: 'Needs an upper-case letter' },
    { holds: (text) => /\d/.test(text), message: 'Needs a digit' },
    { holds: (text) => /[!@#$%^&*()\-=_]/.test(text), message: 'Needs one of !@#$%^&*()-=_' },
  ],
  length: [{ holds: (text) => countCharacters(text) >= 15, message: 'Has to have 15 characters or more' }],
} satisfies Record<PolicyNeeds['policy'], Rule[]>

const descriptions = {
  composition:
    'At least 8 characters with a lower-case and an upper-case letter, a digit and one of `!@#$%^&*()-=_`',
  length: 'At least 15 characters of any kind',
}

/** What a new password has to be. Every rule that is broken is named. */
export const createPasswordSchema = ({ policy, isBreached }: PolicyNeeds) => {
  const all: Rule[] = [
    ...rules[policy],
    {
      holds: (text) => new TextEncoder().encode(text).length <= maxBytes,
      message: `Has to have ${maxBytes} bytes or fewer`,
    },
    { holds: isPlainText, message: 'Holds something that is not a character' },
    { holds: (text) => !isBreached(text), message: 'Is one of the passwords that attackers try first' },
  ]
  return z
    .string()
    .superRefine((password, context) => {
      for (const { holds, message } of all)
        if (!holds(password)) context.addIssue({ code: 'custom', message })
    })
    .meta({
      description: `${descriptions[policy]}, at most ${maxBytes} bytes, and none that attackers try first.`,
      format: 'password',
      example: 'SecurePass123!',
    })
}
