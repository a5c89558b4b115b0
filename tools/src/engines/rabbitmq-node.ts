import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@accounts/shared/testing/free-port'

/** A node that shares nothing with another one on this machine: name, ports, data, port mapper and cookie are its own. */
export const createRabbitmqNode = async (runFolder: string) => {
  const folder = join(runFolder, 'rabbitmq')
  await mkdir(folder, { recursive: true })
  const [amqpPort, managementPort, distributionPort, mapperPort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const password = randomBytes(12).toString('hex')
  const configFile = join(folder, 'rabbitmq.conf')
  const pluginsFile = join(folder, 'enabled_plugins')
  const emptyFile = join(folder, 'rabbitmq-env.conf')
  const configuration = [
    `listeners.tcp.1 = 127.0.0.1:${amqpPort}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${managementPort}`,
    'default_user = tests',
    `default_pass = ${password}`,
    'vm_memory_high_watermark.absolute = 512MB',
    'disk_free_limit.absolute = 10MB',
    // Counters in the management API follow after a second instead of five.
    'collect_statistics_interval = 1000',
    'raft.wal_max_size_bytes = 16000000',
  ]
  await writeFile(configFile, `${configuration.join('\n')}\n`)
  await writeFile(pluginsFile, '[rabbitmq_management].\n')
  await writeFile(emptyFile, '')
  return {
    folder,
    mapperPort,
    url: `amqp://tests:${password}@127.0.0.1:${amqpPort}`,
    managementUrl: `http://tests:${password}@127.0.0.1:${managementPort}`,
    environment: {
      RABBITMQ_NODENAME: `tests-${randomBytes(4).toString('hex')}@localhost`,
      RABBITMQ_CONFIG_FILE: configFile,
      RABBITMQ_CONF_ENV_FILE: emptyFile,
      RABBITMQ_ENABLED_PLUGINS_FILE: pluginsFile,
      RABBITMQ_DIST_PORT: String(distributionPort),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      ERL_EPMD_PORT: String(mapperPort),
      ERL_EPMD_ADDRESS: '127.0.0.1',
    },
  }
}
