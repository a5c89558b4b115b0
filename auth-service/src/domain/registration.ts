import { z } from 'zod'
import { isPlainText } from './text.ts'

const notCharacters = 'Holds something that is not a character'

// A letter with its marks, once, so that no text can be read in two ways: a long wrong one is refused in one pass.
const letter = String.raw`\p{L}\p{M}*`

const displayNameSchema = z
  .string()
  .regex(new RegExp(`^(?=.{3,30}$)(?:${letter})+(?: (?:${letter})+)*$`, 'u'), {
    error: 'Has to have 3 to 30 letters, with single spaces between words',
  })
  .meta({
    description: '3 to 30 letters of any script, single spaces between words',
    minLength: 3,
    maxLength: 30,
    example: 'John Doe',
  })

const newLoginSchema = z
  .string()
  .regex(/^[A-Za-z0-9_]{3,30}$/, { error: 'Has to have 3 to 30 letters, digits or _' })
  .meta({
    description: 'Letters, digits and `_`. Unique without regard to case',
    minLength: 3,
    maxLength: 30,
    example: 'johndoe',
  })

/** The bounds of RFC 5321 and RFC 1035: mail to anything else has nowhere to go. */
const canExist = (email: string) => {
  const [mailbox = '', domain = ''] = email.split('@')
  return mailbox.length <= 64 && domain.split('.').every((label) => /^.{1,62}[^-]$|^[^-]$/.test(label))
}

const notAnAddress = 'Has to be an e-mail address'

const emailSchema = z
  .email({ error: notAnAddress, abort: true })
  .max(254, { error: 'Has to have 254 characters or fewer', abort: true })
  .refine(canExist, { error: notAnAddress })
  .meta({ description: 'Unique without regard to case', example: 'john@example.com' })

export const createRegisterSchema = ({ password }: { password: z.ZodType<string> }) =>
  z
    .strictObject({ display_name: displayNameSchema, login: newLoginSchema, email: emailSchema, password })
    .meta({ id: 'Register' })

/** A password that is compared, not chosen. The bound keeps what could not be one from being hashed. */
const typedPasswordSchema = z
  .string()
  .min(1)
  .max(1_024)
  .refine(isPlainText, { error: notCharacters })
  .meta({ format: 'password', example: 'SecurePass123!' })

export const loginSchema = z
  .strictObject({
    login: z.string().min(1).max(254).refine(isPlainText, { error: notCharacters }).meta({
      description: 'The login or the e-mail address, in whatever case',
      example: 'johndoe',
    }),
    password: typedPasswordSchema,
  })
  .meta({ id: 'Login' })

export const createPasswordChangeSchema = ({ password }: { password: z.ZodType<string> }) =>
  z
    .strictObject({ current_password: typedPasswordSchema, new_password: password })
    .meta({ id: 'PasswordChange' })

export type Registration = z.output<ReturnType<typeof createRegisterSchema>>
export type Credentials = z.output<typeof loginSchema>
