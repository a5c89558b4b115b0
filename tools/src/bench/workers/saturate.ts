// Load as dense as it gets: so many requests in flight, each answered one followed by the next.
import { answerParent } from './answer-parent.ts'
import { type Connection, openConnection } from './connection.ts'

export interface Saturation {
  port: number
  /** Sent in turn. */
  requests: readonly Uint8Array[]
  inFlight: number
  seconds: number
  /** Its core is its own: it never sleeps, so that no server has to pay for waking it, a slow one more than a fast one. */
  awake: boolean
}

export interface Saturated {
  perSecond: number
  /** How much of one core this process had work for. */
  ownCoreShare: number
}

answerParent(async ({ port, requests, inFlight, seconds, awake }: Saturation): Promise<Saturated> => {
  const bytes = requests.map((request) => Buffer.from(request))
  const connections = await Promise.all(Array.from({ length: inFlight }, async () => openConnection(port)))
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1_000
  let sent = 0
  let answered = 0
  let over = false
  let idleMilliseconds = 0

  const keepBusy = async (connection: Connection) =>
    new Promise<void>((resolve, reject) => {
      const next = () => {
        const request = bytes[sent % bytes.length]
        sent += 1
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

  let lastTurn = { at: startedAt, answered }
  const stayAwake = () => {
    const turn = { at: performance.now(), answered }
    if (turn.answered === lastTurn.answered) idleMilliseconds += turn.at - lastTurn.at
    lastTurn = turn
    if (!over) setImmediate(stayAwake)
  }
  if (awake) stayAwake()

  try {
    // What is still in flight at the end is waited for and counts: it was work, and shall be no burden on what comes next.
    await Promise.all(connections.map(keepBusy))
    const milliseconds = performance.now() - startedAt
    const { user, system } = process.cpuUsage(cpu)
    const busyMilliseconds = (user + system) / 1_000 - idleMilliseconds
    return {
      perSecond: (answered * 1_000) / milliseconds,
      ownCoreShare: busyMilliseconds / milliseconds,
    }
  } finally {
    over = true
    for (const connection of connections) connection.close()
  }
})
