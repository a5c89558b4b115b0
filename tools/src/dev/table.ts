import { styleText } from 'node:util'
import type { ProbeResult } from './health.ts'
import type { Plan } from './preflight.ts'

/** What runs where, on which engine; and one command to try. */
export const printTable = (plan: Plan, results: readonly ProbeResult[]) => {
  process.stdout.write(`\n${renderTable(plan, results)}\n`)
}

export const renderTable = (
  { config, krakendBinary, rabbitmqUrl }: Plan,
  results: readonly ProbeResult[],
) => {
  const stateOf = (name: string) => results.find((result) => result.name === name)?.state ?? 'not started'
  const gatewayUrl = `http://127.0.0.1:${config.gatewayPort}`
  const allReady = results.every(({ ready }) => ready)
  const rows = [
    ['PART', 'ENGINE', 'URL', 'STATE'],
    [
      'gateway',
      krakendBinary === undefined ? 'embedded gateway' : `KrakenD (${krakendBinary})`,
      gatewayUrl,
      stateOf('gateway'),
    ],
    [
      'auth-service',
      engineOf(config.authDatabaseUrl),
      `http://127.0.0.1:${config.authPort}/docs`,
      stateOf('auth-service'),
    ],
    [
      'user-service',
      engineOf(config.userDatabaseUrl),
      `http://127.0.0.1:${config.userPort}/docs`,
      stateOf('user-service'),
    ],
    [
      'broker',
      rabbitmqUrl === undefined ? 'embedded bus' : 'RabbitMQ',
      rabbitmqUrl === undefined ? `${config.dataFolder}/bus.db` : withoutPassword(rabbitmqUrl),
      busState(results),
    ],
  ]
  const advice = allReady
    ? `Try it:\n\n  curl -s ${gatewayUrl}/api/register -H 'Content-Type: application/json' -d '${someone}'\n\nCtrl-C stops everything.\n`
    : 'Not everything is up; the lines above say why. What is missing starts again when a file of it is saved.\n'
  return `${align(rows)}\n\n${advice}`
}

const someone = JSON.stringify({
  display_name: 'John Doe',
  login: 'johndoe',
  email: 'john@example.com',
  password: 'SecurePass123!',
})

const align = (rows: string[][]) => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row, index) => {
      const line = row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()
      return index === 0 ? styleText('bold', line) : line
    })
    .join('\n')
}

const engineOf = (url: string) =>
  url.startsWith('sqlite:') ? `SQLite ${url.slice('sqlite:'.length)}` : 'PostgreSQL'

const withoutPassword = (url: string) => {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

/** The services know best whether the broker is there. */
const busState = (results: readonly ProbeResult[]) => {
  const services = results.filter(({ name }) => name !== 'gateway')
  if (services.every(({ state }) => state === 'ready')) return 'ready'
  const reason = services.map(({ state }) => /bus: ([^;)]*)/.exec(state)?.[1]).find(Boolean)
  return reason === undefined ? 'unknown' : `not ready (${reason})`
}
