import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { renderKrakend } from '@accounts/gateway/declaration'
import { embeddedEngine, type GatewayEngine, krakendEngine } from '@accounts/gateway/suite/gateway-engine'
import { freePort } from '@accounts/shared/testing/free-port'
import { findProgram } from '../engines/find-program.ts'
import { gatewayServices } from '../generate/files.ts'
import { until } from '../until.ts'
import type { Bench } from './scenario.ts'

interface GatewayNeeds {
  bench: Bench
  engine: GatewayEngine
  name: string
  cores: string | undefined
  environment: Record<string, string>
}

/** The gateways that this machine has. */
export const findGateways = (): [string, GatewayEngine][] => {
  const binary = process.env['KRAKEND_BIN'] ?? findProgram('krakend', process.env['PATH'] ?? '')
  return [
    ...(binary === undefined ? [] : [['KrakenD', krakendEngine(binary)] satisfies [string, GatewayEngine]]),
    ['embedded gateway', embeddedEngine],
  ]
}

/** As it runs in production, but for limits that nobody reaches. */
export const startGateway = async ({ bench, engine, name, cores, environment }: GatewayNeeds) => {
  const file = join(bench.folder, `${name}.json`)
  await writeFile(
    file,
    renderKrakend(gatewayServices(), { limitFactor: 1_000_000, metricsPort: await freePort() }),
  )
  const port = await freePort()
  const command = engine.run(file, port)
  const log = await open(join(bench.folder, `${name}.log`), 'a')
  bench.processes.start({
    program: command.program,
    arguments: command.args,
    environment: { ...command.environment, ...environment },
    cores,
    output: log.fd,
  })
  await log.close()
  await until(`${name} answers`, async () =>
    fetch(`http://127.0.0.1:${port}/__health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return { port }
}
