import { reasonOf as plainReasonOf } from './reason.ts'

export interface CommandAnswer {
  text: string
  json: Record<string, unknown>
  /** Beside the answer. */
  warning?: string | undefined
  /** Left out: 0. */
  code?: number
}

interface Definition<Parsed extends { json: boolean }, UseCases> {
  name: string
  usage: string
  /** Throws what is wrong with the arguments, in words for people. */
  parse: (args: readonly string[]) => Parsed
  /** What it prints by itself comes before the answer. */
  run: (parsed: Parsed, useCases: UseCases, print: (text: string) => void) => Promise<CommandAnswer>
  /** Left out: what the error says for itself. */
  reasonOf?: (error: unknown, parsed: Parsed) => string
}

export interface CommandNeeds<UseCases> {
  /** Opens what they stand on only for as long as it is needed. */
  withUseCases: <Result>(work: (useCases: UseCases) => Promise<Result>) => Promise<Result>
  print: (text: string) => void
  warn: (text: string) => void
}

/** A program for operators, from its arguments to its exit code. */
export const defineCommand =
  <Parsed extends { json: boolean }, UseCases>({
    name,
    usage,
    parse,
    run,
    reasonOf = plainReasonOf,
  }: Definition<Parsed, UseCases>) =>
  ({ withUseCases, print, warn }: CommandNeeds<UseCases>) =>
  async (args: readonly string[]): Promise<number> => {
    if (args.includes('--help') || args[0] === 'help') {
      print(usage)
      return 0
    }
    let parsed: Parsed
    try {
      parsed = parse(args)
    } catch (error) {
      warn(`${name}: ${(error as Error).message}\n\n${usage}`)
      return 1
    }
    try {
      const {
        text,
        json,
        warning,
        code = 0,
      } = await withUseCases(async (useCases) => run(parsed, useCases, print))
      print(`${parsed.json ? JSON.stringify(json) : text}\n`)
      if (warning !== undefined) warn(`${name}: ${warning}\n`)
      return code
    } catch (error) {
      warn(`${name}: ${reasonOf(error, parsed)}\n`)
      return 1
    }
  }
