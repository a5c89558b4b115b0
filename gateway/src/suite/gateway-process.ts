import { freePort } from '@accounts/shared/testing/free-port'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { send } from './client.ts'
import type { GatewayEngine } from './gateway-engine.ts'
import { until } from './until.ts'

interface GatewayNeeds {
  engine: GatewayEngine
  /** The text of its `krakend.json`. */
  text: string
  environment: Record<string, string>
  port?: number
  /** Only checks the file, where the engine can. */
  onlyCheck?: boolean
}

const outputLimit = 100_000
const root = join(import.meta.dirname, '../../..')

/** Starts a gateway and does not wait for it: for those that are not meant to come up. */
export const spawnGateway = async ({ engine, text, environment, port, onlyCheck = false }: GatewayNeeds) => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-'))
  const file = join(folder, 'krakend.json')
  await writeFile(file, text)
  const usedPort = port ?? (await freePort())
  const command = (onlyCheck && engine.check?.(file)) || engine.run(file, usedPort)
  const child = spawn(command.program, command.args, {
    cwd: root,
    env: { TMPDIR: tmpdir(), ...command.environment, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = `${output}${chunk.toString()}`.slice(-outputLimit)
    })
  const closed = once(child, 'close')

  return {
    url: `http://127.0.0.1:${usedPort}`,
    output: () => output,
    /** The exit code, or null while it runs or when a signal ended it. */
    exitCode: () => child.exitCode,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    ended: async () => {
      await closed
      return child.exitCode
    },
    askToStop: () => child.kill('SIGTERM'),
    remove: async () => {
      child.kill('SIGKILL')
      await closed
      await rm(folder, { recursive: true })
    },
  }
}

export type GatewayProcess = Awaited<ReturnType<typeof spawnGateway>>

export const startGateway = async (needs: GatewayNeeds) => {
  const gateway = await spawnGateway(needs)
  try {
    await until('the gateway answers', async () => {
      if (gateway.hasEnded()) throw new Error(`the gateway ended: ${gateway.output()}`)
      return send(gateway.url, { path: '/__health' }).then(
        ({ status }) => status === 200,
        () => false,
      )
    })
    return gateway
  } catch (error) {
    await gateway.remove()
    throw error
  }
}
