import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Environment, readSettings } from '@accounts/shared/config/read-settings'
import { StartError } from '@accounts/shared/errors/start-error'
import { gatewaySettings } from '../settings.ts'

interface ConfigNeeds {
  args: readonly string[]
  environment: Environment
}

const usage = 'usage: -c gateway/krakend.json, and -p PORT for another port than the one in the file'

/** The options have the names that KrakenD gives them. */
export const readEmbeddedConfig = ({ args, environment }: ConfigNeeds) => {
  const { HOST: host } = readSettings(gatewaySettings, environment)
  const { config: file, port } = readOptions(args)
  if (file === undefined || (port !== undefined && !isPort(port))) throw new StartError(usage)
  return {
    file,
    text: readText(file),
    host,
    port: port === undefined ? undefined : Number(port),
    environment,
  }
}

const readOptions = (args: readonly string[]) => {
  try {
    const options = { config: { type: 'string', short: 'c' }, port: { type: 'string', short: 'p' } } as const
    return parseArgs({ args: [...args], options }).values
  } catch (cause) {
    throw new StartError(usage, { cause })
  }
}

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) <= 65_535

const readText = (file: string) => {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new StartError(`${file} cannot be read (${(cause as NodeJS.ErrnoException).code}): ${usage}`, {
      cause,
    })
  }
}
