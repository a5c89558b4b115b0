import { parseArgs } from 'node:util'
import { z } from 'zod'
import { instantSchema, isInstant } from '../domain/instant.ts'

interface Option {
  readonly type: 'boolean' | 'string'
  readonly multiple?: true
}

type Options = Readonly<Record<string, Readonly<Record<string, Option>>>>

type NameOf<Given> = Given extends unknown ? keyof Given : never

type OptionOf<Given, Name extends PropertyKey> = Given extends Record<Name, infer Found> ? Found : never

type ValueOf<Given> = Given extends { type: 'boolean' }
  ? boolean
  : Given extends { multiple: true }
    ? string[]
    : string

/** What any of the commands can have been given. */
export type ValuesOf<Commands extends Options> = {
  [Name in NameOf<Commands[keyof Commands]>]?: ValueOf<OptionOf<Commands[keyof Commands], Name>>
}

/** The command, what it was given, and `--json`, which all of them know. */
export const readCommand = <const Commands extends Options>(
  options: Commands,
  [command, ...rest]: readonly string[],
) => {
  if (command === undefined || !Object.hasOwn(options, command))
    throw new Error(command === undefined ? 'which command?' : `there is no command "${command}"`)
  const { values, positionals } = parseArgs({
    args: rest,
    options: { ...options[command], json: { type: 'boolean' } },
    allowPositionals: true,
  })
  const { json = false, ...given } = values
  return {
    command: command as keyof Commands & string,
    json,
    values: given as ValuesOf<Commands>,
    positionals,
  }
}

export const numberIn = (name: string, text: string, most = 999_999_999_999_999) => {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > most) throw new Error(`${name} has to be a whole number from 1 to ${most}`)
  return number
}

const dateSchema = z.iso
  .date()
  .transform((text) => new Date(text))
  .refine(isInstant)

const timeSchema = z.union([instantSchema, dateSchema])

export const timeIn = (name: string, text: string | undefined): Date => {
  const time = timeSchema.safeParse(text)
  if (!time.success) throw new Error(`${name} has to be a time such as 2026-01-02T03:04:05Z`)
  return time.data
}
