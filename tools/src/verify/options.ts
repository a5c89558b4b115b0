import { parseArgs } from 'node:util'
import { statements } from './statements.ts'

export class OptionError extends Error {}

export interface Options {
  /** Without a slash at its end. */
  target: string
  only: readonly number[]
}

const list = Object.entries(statements).map(([number, text]) => `  ${number.padStart(2)}  ${text}`)

export const usage = `Usage: pnpm verify --target URL [--only 2,11]
  --target URL   the gateway of the system to look at, such as http://localhost:8080
  --only 2,11    some statements instead of all:
${list.join('\n')}
It makes accounts of its own, verify_ and something random by name, and deactivates them in the end.`

export const readOptions = (words: readonly string[]): Options => {
  const { target, only } = parse(words)
  if (target === undefined) throw new OptionError('--target is missing')
  if (!isUrl(target)) throw new OptionError(`--target ${target}: has to be an http or https URL`)
  const numbers = only === undefined ? [] : only.split(',').map((text) => text.trim())
  const unknown = numbers.find((number) => !Object.hasOwn(statements, number))
  if (unknown !== undefined) throw new OptionError(`--only ${only}: there is no statement "${unknown}" here`)
  return { target: target.replace(/\/+$/, ''), only: numbers.map(Number) }
}

const parse = (words: readonly string[]) => {
  try {
    const options = { target: { type: 'string' }, only: { type: 'string' } } as const
    // Some package managers hand on the "--" that stands before the options.
    return parseArgs({ args: words[0] === '--' ? words.slice(1) : [...words], options }).values
  } catch (error) {
    throw new OptionError((error as Error).message)
  }
}

const isUrl = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
