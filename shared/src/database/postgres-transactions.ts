import type { Run } from './engine.ts'
import type { PostgresClient } from './postgres-client.ts'
import { createUnavailable } from '../errors/unavailable.ts'

interface TransactionsNeeds {
  /** Makes a client of a single connection that stays as long as nothing goes wrong. */
  connect: (onConnectionLost: () => void) => PostgresClient
}

interface Slot {
  client: PostgresClient
  isLost: boolean
}

/**
 * Transactions on clients of one connection each. The driver's own `begin` writes its rollback to a connection that has
 * just died, which ends the process, and may send what is left of a transaction to a new connection, outside of any:
 * https://github.com/porsager/postgres/issues/1208 and /pull/1155.
 */
export const createPostgresTransactions = ({ connect }: TransactionsNeeds) => {
  const idle: Slot[] = []

  let isClosed = false

  const takeSlot = async (): Promise<Slot> => {
    for (let slot = idle.pop(); slot; slot = idle.pop()) {
      if (!slot.isLost) return slot
      await discard(slot)
    }
    const slot: Slot = {
      isLost: false,
      client: connect(() => {
        slot.isLost = true
      }),
    }
    return slot
  }

  const giveBack = async (slot: Slot) => {
    if (isClosed) await discard(slot)
    else idle.push(slot)
  }

  const transaction = async <Result>(work: (run: Run) => Promise<Result>): Promise<Result> => {
    const slot = await takeSlot()
    const run = createOrderlyRun(slot)
    try {
      await run('begin isolation level read committed', [])
      const result = await work(run)
      await run('commit', [])
      return result
    } catch (error) {
      await run('rollback', []).catch(() => {
        slot.isLost = true
      })
      throw error
    } finally {
      await giveBack(slot)
    }
  }

  const close = async () => {
    isClosed = true
    await Promise.all(idle.map(discard))
  }

  return { transaction, close }
}

const discard = async ({ client }: Slot) => client.end(0)

/** One statement after the other, and none once the connection was lost: the driver would send it on a new one. */
const createOrderlyRun = (slot: Slot): Run => {
  let previous: Promise<unknown> = Promise.resolve()
  return async (text, parameters) => {
    const answer = previous.then(async () => {
      if (slot.isLost) throw createUnavailable('the connection of this transaction was lost')
      return slot.client.run(text, parameters)
    })
    previous = answer.catch(() => 'told to whoever asked')
    return answer
  }
}
