// One request at each beat, whether the ones before have been answered or not: whoever waits for a slow answer before
// it asks again would hardly ever meet the slow ones.
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { answerParent } from './answer-parent.ts'
import { type Connection, openConnection } from './connection.ts'

export interface SteadyReading {
  port: number
  requests: readonly Uint8Array[]
  perSecond: number
  seconds: number
}

export interface SteadilyRead {
  /** From the moment a request was due until its answer was there. */
  latenciesMilliseconds: number[]
}

const mostConnections = 64
// Timers know whole milliseconds only: the rest is waited for awake.
const awakeMilliseconds = 2

answerParent(async ({ port, requests, perSecond, seconds }: SteadyReading): Promise<SteadilyRead> => {
  const bytes = requests.map((request) => Buffer.from(request))
  const connections = await Promise.all(
    Array.from({ length: mostConnections }, async () => openConnection(port)),
  )
  const free = [...connections]
  const due: { request: Buffer; at: number; answered: (status: number) => void }[] = []
  const latenciesMilliseconds: number[] = []

  const serve = (connection: Connection) => {
    const next = due.shift()
    if (next === undefined) {
      free.push(connection)
      return
    }
    connection.send(next.request, (status) => {
      latenciesMilliseconds.push(performance.now() - next.at)
      next.answered(status)
      serve(connection)
    })
  }

  const ask = async (request: Buffer, at: number) => {
    const status = await new Promise<number>((answered) => {
      due.push({ request, at, answered })
      const connection = free.pop()
      if (connection) serve(connection)
    })
    if (status !== 200) throw new Error(`answered with ${status} instead of 200`)
  }

  try {
    const startedAt = performance.now()
    const asked: Promise<void>[] = []
    for (let beat = 0; beat < perSecond * seconds; beat += 1) {
      const at = startedAt + (beat * 1_000) / perSecond
      await untilItIs(at)
      asked.push(ask(bytes[beat % bytes.length] ?? Buffer.alloc(0), at))
    }
    await Promise.all(asked)
    return { latenciesMilliseconds }
  } finally {
    for (const connection of connections) connection.close()
  }
})

const untilItIs = async (at: number) => {
  const asleep = at - performance.now() - awakeMilliseconds
  if (asleep > 1) await delay(asleep)
  while (performance.now() < at) await nextTurn()
}
