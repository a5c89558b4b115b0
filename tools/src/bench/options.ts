import { parseArgs } from 'node:util'
import type { Scenario } from './scenario.ts'

export class OptionError extends Error {}

export interface Options {
  chosen: readonly Scenario[]
  rounds: number
  seconds: number
  json: boolean
}

export const readOptions = (words: readonly string[], scenarios: readonly Scenario[]): Options => {
  const { values, positionals } = parse(words)
  const names = scenarios.map(({ name }) => name)
  const unknown = positionals.find((name) => !names.includes(name))
  if (unknown !== undefined)
    throw new OptionError(`there is no scenario "${unknown}", only ${names.join(', ')}`)
  return {
    chosen: scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name)),
    rounds: readNumber('rounds', values.rounds, (value) => Number.isInteger(value) && value <= 100),
    seconds: readNumber('seconds', values.seconds, (value) => value <= 600),
    json: values.json,
  }
}

const parse = (words: readonly string[]) => {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '4' },
        json: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new OptionError((error as Error).message)
  }
}

const readNumber = (name: string, given: string, isAcceptable: (value: number) => boolean): number => {
  const value = Number(given)
  if (value > 0 && isAcceptable(value)) return value
  throw new OptionError(`--${name} ${given}: has to be a number above 0, and not too high`)
}
