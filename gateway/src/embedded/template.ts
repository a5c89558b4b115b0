import { StartError } from '@accounts/shared/errors/start-error'
import type { Environment } from '@accounts/shared/config/read-settings'

const call = /\{\{([\s\S]*?)\}\}/g
const environmentCall = /^ *env +`([A-Za-z_]\w*)` *$/

/** Does what the flexible configuration of KrakenD does with the one call that the file uses: {{ env `NAME` }}. */
export const fillTemplate = (text: string, environment: Environment): string => {
  const faults = new Set<string>()

  const filled = text.replaceAll(call, (written, inside: string) => {
    const name = environmentCall.exec(inside)?.[1]
    if (name === undefined) {
      faults.add(`${written} is not implemented by the embedded gateway: only {{ env \`NAME\` }} is`)
      return ''
    }
    const value = environment[name]
    if (!value) faults.add(`set ${name}: the file needs it`)
    // The value goes into a JSON string as it is.
    else if (JSON.stringify(value) !== `"${value}"`)
      faults.add(`${name} holds a quote, a backslash or a line break`)
    return value ?? ''
  })

  if (text.replaceAll(call, '').includes('{{')) faults.add('a {{ is not closed')
  if (faults.size > 0) throw new StartError([...faults].join('; '))
  return filled
}
