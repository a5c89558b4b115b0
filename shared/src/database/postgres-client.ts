import { withDeadline } from '../process/deadline.ts'
import type { EngineOptions, Run } from './engine.ts'
import { createUnavailable } from '../errors/unavailable.ts'

/** The server ends what takes too long; this much later we stop waiting for a server that does not answer. */
export const graceMilliseconds = 1_000

const maxPrepared = 500
const maxReconnectDelaySeconds = 1
const closeTimeoutSeconds = 2
/** Codes of the driver, of the network and of PostgreSQL (connection, deadlock, resources, shutdown, time-outs). */
const serverTrouble =
  /^(CONNECT|ECONN|EPIPE|ETIMEDOUT|EHOSTUN|ENETUN|ENOTFOUND|EAI_AGAIN|08|25P03|40|53|55P03|57)/

export interface PostgresClient {
  run: Run
  /** Ends what runs when it does not end by itself. */
  end(timeoutSeconds?: number): Promise<void>
}

interface ClientNeeds {
  url: string
  options: EngineOptions
  connections: number
  /** The server owes an answer: all connections are to be given up. */
  onSilent?: () => void
  /** Keeps the connection until this happens; without, connections are renewed now and then. */
  onConnectionLost?: () => void
}

/** Makes clients that know the same prepared statements; a client connects when it is first used. */
export const createPostgresClients = async () => {
  const { default: postgres } = await import('postgres')
  // drizzle reads and writes these as text; the driver's own conversion would make JSON of JSON.
  const asText = { to: 3802, from: [114, 3802, 1184], serialize: String, parse: String }
  const prepared = new Set<string>()
  const isPrepared = (text: string) => {
    if (prepared.size < maxPrepared) prepared.add(text)
    return prepared.has(text)
  }

  return ({ url, options, connections, onSilent, onConnectionLost }: ClientNeeds): PostgresClient => {
    const sql = postgres(url, {
      max: connections,
      ...(onConnectionLost && { max_lifetime: null, onclose: onConnectionLost }),
      connect_timeout: options.connectTimeoutMilliseconds / 1_000,
      // The driver's own delay grows to 20 s, which would outlast the outage.
      backoff: (attempt) => Math.min(0.01 * 3 ** attempt, maxReconnectDelaySeconds),
      fetch_types: false,
      types: { asText },
      onnotice: () => {},
      connection: {
        application_name: options.applicationName,
        TimeZone: 'UTC',
        statement_timeout: options.statementTimeoutMilliseconds,
        lock_timeout: options.lockTimeoutMilliseconds,
        idle_in_transaction_session_timeout: options.transactionTimeoutMilliseconds + graceMilliseconds,
      },
    })
    const limit = options.statementTimeoutMilliseconds + graceMilliseconds
    const createTimeout = () => {
      onSilent?.()
      onConnectionLost?.()
      return createUnavailable(`PostgreSQL did not answer within ${limit} ms`)
    }
    return {
      run: async (text, parameters) => {
        // Pipelining needs prepared statements: without, the driver asks for the types of the parameters each time.
        const asked = sql.unsafe(text, parameters as string[], { prepare: isPrepared(text) }).values()
        return withDeadline(asked, limit, createTimeout).catch((error: unknown) => {
          if (isConnectionError(error)) onConnectionLost?.()
          throw translate(error)
        })
      },
      end: async (timeoutSeconds = closeTimeoutSeconds) => sql.end({ timeout: timeoutSeconds }),
    }
  }
}

/** The driver may take such a connection for a good one for a while yet. */
const isConnectionError = (error: unknown) => {
  const { code = '', severity } = error as NodeJS.ErrnoException & { severity?: string }
  return serverTrouble.test(code) && severity !== 'ERROR'
}

/** Tells trouble with the server from a fault in the statement. */
const translate = (error: unknown): unknown => {
  const { code = '' } = error as NodeJS.ErrnoException
  if (serverTrouble.test(code)) return createUnavailable(`PostgreSQL failed: ${code}`, error)
  // "Key (login_key)=(…) already exists": somebody's data, which must not get into a log.
  if (error instanceof Error && error.name === 'PostgresError') Reflect.deleteProperty(error, 'detail')
  return error
}
