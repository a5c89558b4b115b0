// One request at a time, each to another server than the one before: what disturbs one of them disturbs all.
import { answerParent } from './answer-parent.ts'
import { type Connection, openConnection } from './connection.ts'

export interface ReadingInTurn {
  /** The requests of each are sent in turn. */
  servers: readonly { port: number; requests: readonly Uint8Array[] }[]
  seconds: number
}

export interface ReadInTurn {
  /** Of each server. */
  latenciesMilliseconds: number[][]
}

const leastReads = 10

answerParent(async ({ servers, seconds }: ReadingInTurn): Promise<ReadInTurn> => {
  const readers = await Promise.all(
    servers.map(async ({ port, requests }) => ({
      connection: await openConnection(port),
      requests: requests.map((request) => Buffer.from(request)),
      latencies: [] as number[],
    })),
  )
  try {
    const endsAt = performance.now() + seconds * 1_000
    for (let turn = 0; turn < leastReads || performance.now() < endsAt; turn += 1)
      for (const { connection, requests, latencies } of turn % 2 === 0 ? readers : readers.toReversed())
        latencies.push(await timeOf(connection, requests[turn % requests.length] ?? Buffer.alloc(0)))
    return { latenciesMilliseconds: readers.map(({ latencies }) => latencies) }
  } finally {
    for (const { connection } of readers) connection.close()
  }
})

const timeOf = async (connection: Connection, request: Buffer) => {
  const sentAt = performance.now()
  const status = await new Promise<number>((answered) => connection.send(request, answered))
  if (status !== 200) throw new Error(`answered with ${status} instead of 200`)
  return performance.now() - sentAt
}
