import { readFileSync } from 'node:fs'
import type { Setting, Settings, SettingValues } from './setting.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Everything that is wrong with the environment, by name. Values never appear: any of them may be a secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`the configuration is wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

export const readSettings = <S extends Settings>(settings: S, environment: Environment): SettingValues<S> => {
  const production = environment['NODE_ENV'] === 'production'
  const faults: string[] = []
  const values: Record<string, unknown> = {}

  for (const [name, setting] of Object.entries(settings)) {
    const given = readRaw(name, environment)
    if ('fault' in given) {
      faults.push(given.fault)
      continue
    }
    if (given.value === undefined && production && isRequired(setting, environment)) {
      faults.push(`${name}: has to be set in production (or ${alternatives(name, setting).join(', ')})`)
      continue
    }
    const raw = given.value ?? setting.default
    if (raw === undefined) continue
    const parsed = setting.schema.safeParse(raw)
    const fault = parsed.success
      ? production && setting.productionFault?.(raw)
      : parsed.error.issues.map((issue) => issue.message).join('; ')
    if (fault) faults.push(`${name}: ${fault}`)
    else values[name] = parsed.data
  }

  if (faults.length > 0) throw new ConfigError(faults)
  return Object.freeze(values) as SettingValues<S>
}

const alternatives = (name: string, { requiredInProduction }: Setting<unknown>) => [
  `${name}_FILE`,
  ...(typeof requiredInProduction === 'object' ? requiredInProduction.unlessSet : []),
]

const isRequired = ({ requiredInProduction }: Setting<unknown>, environment: Environment) => {
  if (typeof requiredInProduction !== 'object') return requiredInProduction === true
  return !requiredInProduction.unlessSet.some((other) => environment[other] || environment[`${other}_FILE`])
}

/** NAME itself, or the content of the file that NAME_FILE names. An empty variable counts as not set. */
const readRaw = (
  name: string,
  environment: Environment,
): { value: string | undefined } | { fault: string } => {
  const direct = environment[name] || undefined
  const file = environment[`${name}_FILE`] || undefined
  if (file === undefined) return { value: direct }
  if (direct !== undefined) return { fault: `${name}: is set twice, as ${name} and as ${name}_FILE` }
  try {
    const content = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    return content === '' ? { fault: `${name}_FILE: names an empty file` } : { value: content }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown reason'
    return { fault: `${name}_FILE: names a file that cannot be read (${reason})` }
  }
}
