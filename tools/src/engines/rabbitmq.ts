import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { connect } from 'amqplib'
import { startDockerServer } from './docker-server.ts'
import type { Engine, EngineNeeds, ReadyEngine } from './engine.ts'
import { given, nothingToEnd } from './given.ts'
import { startProcess } from './process.ts'
import { createRabbitmqNode } from './rabbitmq-node.ts'
import { startServer } from './server.ts'

const withinMilliseconds = 60_000
/** What packages put on PATH is a wrapper that changes the user, the home and the session round this program. */
const wrapped = '/usr/lib/rabbitmq/bin/rabbitmq-server'
const packagePlaces = ['/usr/sbin', '/sbin', '/usr/bin', '/bin']

type Addresses = { url: string; managementUrl: string }

/** The version, from a broker that answers on both ports. */
const askVersion = async ({ url, managementUrl }: Addresses): Promise<string> => {
  const overview = new URL('api/overview', managementUrl.replace(/\/?$/, '/'))
  const credentials = `${decodeURIComponent(overview.username)}:${decodeURIComponent(overview.password)}`
  overview.username = overview.password = ''
  const answer = await fetch(overview, {
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    signal: AbortSignal.timeout(2_000),
  })
  if (!answer.ok) throw new Error(`the management API answers ${answer.status}`)
  const { rabbitmq_version: version } = (await answer.json()) as { rabbitmq_version: string }
  const connection = await connect(url, { timeout: 2_000 })
  connection.on('error', () => {})
  await connection.close()
  return version
}

const env = ({ url, managementUrl }: Addresses) => ({
  TEST_RABBITMQ_URL: url,
  TEST_RABBITMQ_MANAGEMENT_URL: managementUrl,
})

/** A node of its own that can be started again on the data it left. */
export const createRabbitmqServer = async (
  program: string,
  needs: Omit<EngineNeeds, 'aptGet' | 'docker' | 'turns'>,
) => {
  const { runFolder, environment, signal, find } = needs
  const mapper = find('epmd')
  if (mapper === undefined) throw new Error('no epmd on PATH')
  const node = await createRabbitmqNode(runFolder)
  const nodeEnvironment = {
    ...environment,
    ...node.environment,
    HOME: node.folder,
    RABBITMQ_MNESIA_BASE: join(node.folder, 'data'),
    RABBITMQ_LOG_BASE: join(node.folder, 'log'),
    RABBITMQ_LOGS: '-',
  }
  // Erlang would leave a daemon behind; with one in place it starts none.
  const portMapper = startProcess({
    program: mapper,
    arguments: ['-address', '127.0.0.1', '-port', String(node.mapperPort)],
    environment: nodeEnvironment,
  })
  const start = async () =>
    startServer(
      { program, arguments: [], environment: nodeEnvironment, folder: node.folder },
      { probe: () => askVersion(node), signal, withinMilliseconds },
    )
  return { node, nodeEnvironment, start, end: async () => portMapper.end() }
}

const start = async (program: string, needs: EngineNeeds): Promise<ReadyEngine> => {
  const broker = await createRabbitmqServer(program, needs)
  try {
    const { server, answer } = await broker.start()
    const end = async () => {
      await server.end('SIGKILL')
      await broker.end()
    }
    return { version: answer, env: env(broker.node), end }
  } catch (error) {
    await broker.end()
    throw error
  }
}

/** The program to run, where there is one: of a package, not its wrapper. */
export const findRabbitmqServer = (find: EngineNeeds['find']): string | undefined => {
  const program = find('rabbitmq-server')
  const isPackaged = program !== undefined && packagePlaces.includes(dirname(program)) && existsSync(wrapped)
  return isPackaged ? wrapped : program
}

const startInDocker = async (needs: EngineNeeds): Promise<ReadyEngine> => {
  const node = await createRabbitmqNode(needs.runFolder)
  const variables = Object.entries(node.environment).flatMap(([name, value]) => ['-e', `${name}=${value}`])
  const { answer, end } = await startDockerServer(needs, {
    name: 'rabbitmq',
    image: 'rabbitmq:4-management',
    options: ['-v', `${node.folder}:${node.folder}:ro`, ...variables],
    probe: () => askVersion(node),
    withinMilliseconds,
  })
  return { version: answer, env: env(node), end }
}

/** A management URL without a user takes the one of the broker's URL. */
const withCredentials = (url: string, managementUrl: string | undefined): Addresses => {
  if (!managementUrl) throw new Error('TEST_RABBITMQ_MANAGEMENT_URL has to be set as well')
  const [broker, management] = [new URL(url), new URL(managementUrl)]
  if (management.username === '')
    Object.assign(management, { username: broker.username, password: broker.password })
  return { url, managementUrl: management.href }
}

export const rabbitmq: Engine = (needs) => [
  ...given(needs.environment, 'TEST_RABBITMQ_URL', async (url) => {
    const addresses = withCredentials(url, needs.environment['TEST_RABBITMQ_MANAGEMENT_URL'])
    return { version: await askVersion(addresses), env: env(addresses), end: nothingToEnd }
  }),
  {
    source: 'PATH',
    get: async () => {
      const program = findRabbitmqServer(needs.find)
      if (program === undefined) throw new Error('no rabbitmq-server')
      return await start(program, needs)
    },
  },
  {
    source: 'apt-get',
    get: async () => {
      await needs.aptGet.install('rabbitmq-server', needs.say)
      return await start(wrapped, needs)
    },
  },
  { source: 'Docker', get: () => startInDocker(needs) },
]
