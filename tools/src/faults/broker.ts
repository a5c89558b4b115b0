import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findProgram } from '../engines/find-program.ts'
import { deleteVhost } from '@accounts/shared/messaging/testing/rabbitmq-trial'
import { createRabbitmqServer, findRabbitmqServer } from '../engines/rabbitmq.ts'

/** A RabbitMQ that can be killed and started again on the data it left. */
export interface Broker {
  version: string
  url: string
  managementUrl: string
  kill(): Promise<void>
  start(): Promise<void>
  /** Leaves a broker that is as good as new, whatever was done to it. */
  removeVhost(name: string): Promise<void>
  /** Short of memory, or no longer. */
  alarm(on: boolean): Promise<void>
  lastLines(): string[]
  end(): Promise<void>
}

export const startBroker = async (folder: string, signal: AbortSignal): Promise<Broker> => {
  const find = (name: string) => findProgram(name, process.env['PATH'] ?? '')
  const program = findRabbitmqServer(find)
  if (program === undefined) throw new Error('no rabbitmq-server on PATH')
  await mkdir(folder, { recursive: true })
  const { node, nodeEnvironment, start, end } = await createRabbitmqServer(program, {
    ...{ runFolder: folder, environment: process.env, signal, find, say: () => {} },
  })
  let running = await start()
  let isUp = true
  let wasKilled = false
  const startAgain = async () => {
    running = await start()
    isUp = true
  }
  const kill = async () => {
    wasKilled = true
    isUp = false
    await running.server.end('SIGKILL')
  }
  const control = join(dirname(program), 'rabbitmqctl')
  const limit = async (bytes: string) =>
    promisify(execFile)(control, ['set_vm_memory_high_watermark', 'absolute', bytes], {
      env: nodeEnvironment,
      timeout: 30_000,
    })
  return {
    version: running.answer,
    url: node.url,
    managementUrl: node.managementUrl,
    kill,
    start: startAgain,
    removeVhost: async (name) => {
      if (!isUp) await startAgain()
      await deleteVhost(node.managementUrl, name)
      if (!wasKilled) return
      // When queues that it has recovered go, what supervises the workers of `at-least-once` may end for good, and no
      // such queue can be declared any more: rabbitmq-server issue 16652.
      await kill()
      await startAgain()
      wasKilled = false
    },
    alarm: async (on) => void (await limit(on ? '1MB' : '512MB')),
    lastLines: () => running.server.lines.slice(-40),
    end: async () => {
      await running.server.end('SIGKILL')
      await end()
    },
  }
}
