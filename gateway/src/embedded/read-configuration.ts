import type { Environment } from '@accounts/shared/config/read-settings'
import { StartError } from '@accounts/shared/errors/start-error'
import type { z } from 'zod'
import { type Configuration, configurationSchema } from './configuration.ts'
import { fillTemplate } from './template.ts'

const notImplemented = 'is not implemented by the embedded gateway'
const shownFaults = 5

export const readConfiguration = (text: string, environment: Environment): Configuration => {
  const parsed = configurationSchema.safeParse(parseJson(fillTemplate(text, environment)), {
    reportInput: true,
  })
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.flatMap(describe)
  const more = faults.length > shownFaults ? [`and ${faults.length - shownFaults} more`] : []
  throw new StartError([...faults.slice(0, shownFaults), ...more].join('; '))
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StartError(`not valid JSON: ${(cause as Error).message}`, { cause })
  }
}

const describe = (issue: z.core.$ZodIssue): string[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${show([...issue.path, key])} ${notImplemented}`)
  if (issue.code === 'invalid_value' && issue.input !== undefined)
    return [`${show(issue.path)} ${JSON.stringify(issue.input)} ${notImplemented}`]
  return [`${show(issue.path)}: ${issue.message}`]
}

const show = (path: readonly PropertyKey[]) =>
  path.reduce<string>(
    (shown, key) =>
      typeof key === 'number' ? `${shown}[${key}]` : shown === '' ? String(key) : `${shown}.${String(key)}`,
    '',
  )
