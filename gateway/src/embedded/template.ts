import { StartError } from '@accounts/shared/errors/start-error'
import type { Environment } from '@accounts/shared/config/read-settings'

// As many items as the value has, each in quotes of its own: %c is how the file writes a quote and stays JSON itself.
const itemised = '| replace `,` (printf `%c,%c` 34 34)'

/** The calls of KrakenD's flexible configuration that the file may have, as they stand in its strings. */
export const fromEnvironment = (name: string, fallback: string) => `{{ ${call(name, fallback)} }}`

/** The same for a list: items with commas between them, and nothing else. */
export const listFromEnvironment = (name: string, fallback?: string) =>
  `{{ ${call(name, fallback)} ${itemised} }}`

const call = (name: string, fallback?: string) =>
  `env \`${name}\`${fallback === undefined ? '' : ` | default \`${fallback}\``}`

const anyCall = /\{\{([\s\S]*?)\}\}/g
const understood =
  /^ *env +`([A-Za-z_]\w*)`(?: \| default `([^`]*)`)?( \| replace `,` \(printf `%c,%c` 34 34\))? *$/

/** Does what KrakenD's flexible configuration does with these calls. */
export const fillTemplate = (text: string, environment: Environment): string => {
  const faults = new Set<string>()

  const filled = text.replaceAll(anyCall, (written, inside: string) => {
    const [, name, fallback, list] = understood.exec(inside) ?? []
    if (name === undefined) {
      faults.add(`${written} is not implemented by the embedded gateway`)
      return ''
    }
    // An empty list is one that holds nothing.
    const value = environment[name] || (fallback ?? (list && ''))
    if (value === undefined) {
      faults.add(`set ${name}: the file needs it`)
      return ''
    }
    // The value goes into a JSON string as it is.
    if (JSON.stringify(value) !== `"${value}"`)
      faults.add(`${name} holds a quote, a backslash or a line break`)
    return list === undefined ? value : value.replaceAll(',', '","')
  })

  if (text.replaceAll(anyCall, '').includes('{{')) faults.add('a {{ is not closed')
  if (faults.size > 0) throw new StartError([...faults].join('; '))
  return filled
}
