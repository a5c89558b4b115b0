export const engines = {
  postgres: { label: 'PostgreSQL', variables: ['TEST_POSTGRES_URL'] },
  rabbitmq: { label: 'RabbitMQ', variables: ['TEST_RABBITMQ_URL', 'TEST_RABBITMQ_MANAGEMENT_URL'] },
  redis: { label: 'Redis', variables: ['TEST_REDIS_URL'] },
  krakend: { label: 'KrakenD', variables: ['TEST_KRAKEND_BIN'] },
  chromium: { label: 'Chromium', variables: ['TEST_CHROMIUM_BIN'] },
} as const

export type EngineName = keyof typeof engines
export const engineNames = Object.keys(engines) as EngineName[]

export const embeddedLabels = {
  sqlite: 'SQLite',
  'embedded bus': 'the embedded bus',
  'embedded gateway': 'the embedded gateway',
} as const

export type EmbeddedName = keyof typeof embeddedLabels

/** The table at the end of a test run finds suite and engine again by this title. */
export const suiteTitle = (suite: string, label: string) => `${suite} on ${label}`
