import { ServiceError } from '../errors/service-error.ts'
import { StartError } from '../errors/start-error.ts'
import type { Engine, EngineOptions } from './engine.ts'
import { createGate } from '../process/gate.ts'
import { createPostgresClients, graceMilliseconds, type PostgresClient } from './postgres-client.ts'
import { listenOnPostgres } from './postgres-notices.ts'
import { createPostgresTransactions } from './postgres-transactions.ts'

/** Lone statements share few connections: pipelined they are faster than spread over many. */
const statementConnections = 4
/** On one connection; the driver's own figure. */
const maxPipelined = 100

/** Transactions have up to `poolSize` connections of their own. */
export const openPostgres = async (url: string, options: EngineOptions): Promise<Engine> => {
  const { poolSize, maxWaiting } = options
  const createClient = await createPostgresClients()
  const connectForStatements = (): PostgresClient => {
    const opened = createClient({
      url,
      options,
      connections: statementConnections,
      onSilent: () => {
        if (client !== opened) return
        client = connectForStatements()
        // It has nothing to wait for: what it still owes is answered with an error.
        void opened.end(0)
      },
    })
    return opened
  }
  let client = connectForStatements()
  const name = await readName(client, url)
  const statementGate = createGate({
    name: 'the database',
    places: statementConnections * maxPipelined,
    maxWaiting,
  })
  const transactionGate = createGate({ name: 'the database', places: poolSize, maxWaiting })
  const transactions = createPostgresTransactions({
    connect: (onConnectionLost) => createClient({ url, options, connections: 1, onConnectionLost }),
  })

  return {
    dialect: 'postgres',
    name,
    run: async (text, parameters) => statementGate.enter(async () => client.run(text, parameters)),
    transaction: async (work) => transactionGate.enter(async () => transactions.transaction(work)),
    ping: async () => {
      await client.run('select 1', [])
    },
    notify: async (channel) => {
      await client.run('select pg_notify($1, $2)', [channel, ''])
    },
    listen: async (channel, onNotice) => listenOnPostgres({ url, options, channel, onNotice }),
    close: async () => {
      const limit = options.transactionTimeoutMilliseconds + graceMilliseconds
      await Promise.all([transactionGate.close(limit), statementGate.close(limit)])
      await Promise.all([transactions.close(), client.end()])
    },
  }
}

const readName = async (client: PostgresClient, url: string) => {
  try {
    const [row] = await client.run('show server_version', [])
    return `PostgreSQL ${String(row?.[0]).split(' ')[0]}`
  } catch (error) {
    await client.end(0)
    const { hostname, port, pathname } = new URL(url)
    const { message } = (error instanceof ServiceError ? error.cause : error) as Error
    throw new StartError(
      `cannot use the PostgreSQL database "${pathname.slice(1)}" at ${hostname}:${port || '5432'} (${message}): start it, or correct the database URL`,
      { cause: error },
    )
  }
}
