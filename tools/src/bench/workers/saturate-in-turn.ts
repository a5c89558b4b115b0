// Load as dense as it gets, on one server after the other, so briefly each time that what disturbs one of them disturbs
// the others as well.
import { answerParent } from './answer-parent.ts'
import { type Connection, openConnection } from './connection.ts'

export interface SaturationInTurn {
  ports: readonly number[]
  /** Sent in turn. */
  requests: readonly Uint8Array[]
  inFlight: number
  /** For each server, in all. */
  seconds: number
  /** At a time. */
  turnSeconds: number
  /** Its core is its own: it never sleeps, so that no server has to pay for waking it. */
  awake: boolean
}

export interface SaturatedInTurn {
  /** Of each server, in each of its turns. */
  perSecond: number[][]
}

answerParent(async (task: SaturationInTurn): Promise<SaturatedInTurn> => {
  const requests = task.requests.map((request) => Buffer.from(request))
  const servers = await Promise.all(
    task.ports.map(async (port) => ({
      connections: await Promise.all(Array.from({ length: task.inFlight }, async () => openConnection(port))),
      perSecond: [] as number[],
    })),
  )
  let over = false
  const stayAwake = () => {
    if (!over) setImmediate(stayAwake)
  }
  if (task.awake) stayAwake()
  try {
    const turns = Math.max(1, Math.round(task.seconds / task.turnSeconds))
    for (let turn = 0; turn < turns; turn += 1)
      for (const { connections, perSecond } of turn % 2 === 0 ? servers : servers.toReversed())
        perSecond.push(await saturate(connections, requests, task.turnSeconds))
    return { perSecond: servers.map(({ perSecond }) => perSecond) }
  } finally {
    over = true
    for (const { connections } of servers) for (const connection of connections) connection.close()
  }
})

/** Until everything that was sent has been answered. */
const saturate = async (
  connections: readonly Connection[],
  requests: readonly Buffer[],
  seconds: number,
): Promise<number> => {
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1_000
  let answered = 0
  const keepBusy = async (connection: Connection) =>
    new Promise<void>((resolve, reject) => {
      const next = () => {
        const request = requests[answered % requests.length]
        if (request !== undefined) connection.send(request, onAnswer)
      }
      const onAnswer = (status: number) => {
        if (status !== 200) return reject(new Error(`answered with ${status} instead of 200`))
        answered += 1
        if (performance.now() >= endsAt) return resolve()
        next()
      }
      next()
    })
  await Promise.all(connections.map(keepBusy))
  return (answered * 1_000) / (performance.now() - startedAt)
}
