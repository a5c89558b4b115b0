import { constants } from 'node:fs'
import { access, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig as readAuthConfig } from '@accounts/auth-service/config'
import { readConfiguration } from '@accounts/gateway/embedded/read-configuration'
import { ConfigError, type Environment } from '@accounts/shared/config/read-settings'
import { StartError } from '@accounts/shared/errors/start-error'
import { readConfig as readUserConfig } from '@accounts/user-service/config'
import { runChecker } from '../check/run-checker.ts'
import { findProgram, isProgram } from '../engines/find-program.ts'
import { declarationFor, gatewayEnvironment } from './parts.ts'
import { loadEnvironment, readSystemConfig, type SystemConfig } from './settings.ts'

interface PreflightNeeds {
  clean: boolean
  remove(path: string): Promise<void>
}

/** Everything that can be known to be wrong before the first process starts, is found here. */
export const preflight = async ({ clean, remove }: PreflightNeeds) => {
  const environment = loadEnvironment()
  const { config, rabbitmqUrl } = readEverything(environment)
  if (clean) await emptyData(config, remove)
  await requireWritable(config.dataFolder)
  const krakendBinary = findKrakend(config, environment['PATH'] ?? '')
  await checkDeclaration(krakendBinary, gatewayEnvironment({ config, environment }))
  return { config, environment, krakendBinary, rabbitmqUrl }
}

export type Plan = Awaited<ReturnType<typeof preflight>>

/** Also what is for the services alone: a fault there should not wait for its process to tell it. */
const readEverything = (environment: Environment) => {
  // What the system sets for them itself is not theirs to complain about.
  const handedOn = {
    ...environment,
    HOST: '',
    PORT: '',
    DATABASE_URL: '',
    BUS_FILE: '',
    JWKS_URL: '',
    INTROSPECT_URL: '',
  }
  const faults = [
    ...faultsOf(() => readSystemConfig(environment)),
    ...faultsOf(() => readAuthConfig(handedOn)),
    ...faultsOf(() => readUserConfig(handedOn)),
  ]
  if (faults.length > 0) throw new ConfigError([...new Set(faults)])
  return { config: readSystemConfig(environment), rabbitmqUrl: readUserConfig(handedOn).rabbitmqUrl }
}

const faultsOf = (read: () => unknown): readonly string[] => {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

/** Only files that `pnpm dev` itself made: a wrong DATA_FOLDER must not cost somebody their own. */
const emptyData = async ({ dataFolder }: SystemConfig, remove: PreflightNeeds['remove']) => {
  const databases = ['auth.db', 'user.db', 'bus.db'].flatMap((name) => [name, `${name}-wal`, `${name}-shm`])
  for (const name of [...databases, 'bus.db-wake', 'keys.json']) await remove(join(dataFolder, name))
}

const requireWritable = async (folder: string) => {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code
    throw new StartError(
      `the data folder ${folder} cannot be written (${reason}): give this user the right to write there or set DATA_FOLDER`,
    )
  }
}

const findKrakend = ({ gateway, krakendBinary }: SystemConfig, path: string) => {
  if (gateway === 'embedded') return undefined
  if (krakendBinary !== undefined) {
    if (isProgram(krakendBinary)) return krakendBinary
    throw new StartError(
      `KRAKEND_BIN names ${krakendBinary}, which cannot be run: correct it, or set GATEWAY=embedded`,
    )
  }
  const found = findProgram('krakend', path)
  if (found !== undefined || gateway === 'auto') return found
  throw new StartError(
    'GATEWAY=krakend, but there is no krakend on PATH: set KRAKEND_BIN, or set GATEWAY=embedded',
  )
}

/** By the gateway that is going to read it. */
const checkDeclaration = async (krakendBinary: string | undefined, environment: Environment) => {
  const file = declarationFor(environment)
  try {
    if (krakendBinary === undefined) readConfiguration(await readFile(file, 'utf8'), environment)
    else await checkWithKrakend(krakendBinary, file, environment)
  } catch (error) {
    throw new StartError(`${file}: ${(error as Error).message}`, { cause: error })
  }
}

const checkWithKrakend = async (binary: string, file: string, environment: Environment) => {
  const [problem] = await runChecker(binary, ['check', '-t', '-c', file], environment)
  if (problem !== undefined) throw new StartError(`refused by KrakenD: ${problem}`)
}
