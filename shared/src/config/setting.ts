import { z } from 'zod'

/** One environment variable: how it is read, what it means, and what holds when it is not set. */
export interface Setting<Value> {
  schema: z.ZodType<Value, string>
  description: string
  default?: string
  /** Shown in `.env.example` where there is no default. */
  example?: string
  requiredInProduction?: true | { unlessSet: readonly string[] }
  /** What is wrong with a value that development may have. */
  productionFault?: (raw: string) => string | undefined
}

export type Settings = Record<string, Setting<unknown>>

type ValueOf<S> =
  S extends Setting<infer Value> ? (S extends { default: string } ? Value : Value | undefined) : never

export type SettingValues<S extends Settings> = { readonly [Name in keyof S]: ValueOf<S[Name]> }

export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, { error: `has to be a whole number from ${least} to ${most}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, {
      error: `has to be a whole number from ${least} to ${most}`,
    })

export const oneOf = <const Words extends readonly [string, ...string[]]>(...words: Words) =>
  z.enum(words, { error: `has to be one of ${words.join(', ')}` })

export const port = () => wholeNumber(0, 65_535)

export const text = () => z.string().min(1)

export const urlOf = (...protocols: string[]) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol.slice(0, -1)), {
      error: `has to be a URL that begins with ${protocols.map((name) => `${name}:`).join(' or ')}`,
    })

const samplePasswords = new Set([
  'admin',
  'changeme',
  'development-only',
  'guest',
  'password',
  'postgres',
  'secret',
  'secure_password',
  'super-secret',
])

/** For `productionFault`: a password that stands in somebody's documentation protects nothing. */
export const samplePasswordIn = (url: string) => {
  const password = decodeURIComponent(new URL(url).password)
  return samplePasswords.has(password.toLowerCase())
    ? 'holds a sample password, choose one of your own'
    : undefined
}

const leastSecretCharacters = 32

/** The same for what is a secret as a whole. */
export const shortSecret = (secret: string) =>
  secret.length < leastSecretCharacters
    ? `has to have ${leastSecretCharacters} characters or more`
    : undefined
