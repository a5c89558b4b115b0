import type { TokenPair } from '../world/people.ts'
import { readToken } from '../world/read-token.ts'
import type { World } from '../world/world.ts'

interface LoadNeeds {
  world: World
  pairs: readonly TokenPair[]
  /** How somebody who knows the published keys only judges an access token; throws where it is refused. */
  verify: (accessToken: string) => Promise<unknown>
}

const readsPerRefresh = 3

/** Clients that use their tokens and exchange them without a break, until one of them is refused. */
export const startLoad = ({ world, pairs, verify }: LoadNeeds) => {
  let stopped = false
  const faults: string[] = []
  const clients = pairs.map((pair) => ({ pair, exchanges: 0 }))

  const useAndExchange = async (client: (typeof clients)[number]) => {
    const { access_token, refresh_token } = client.pair
    for (let read = 0; read < readsPerRefresh; read += 1) {
      const status = await world.statusOf(access_token.token)
      if (status !== 200) throw new Error(`an access token was answered with ${status}`)
      await verify(access_token.token)
    }
    client.pair = await world.refresh(refresh_token.token)
    client.exchanges += 1
  }
  const running = clients.map(async (client) => {
    while (!stopped && faults.length === 0)
      await useAndExchange(client).catch((error: unknown) => void faults.push(String(error)))
  })

  return {
    /** Of the keys that signed what the clients hold now, and what went wrong so far. */
    state: () => ({ kids: [...new Set(clients.map(({ pair }) => kidOf(pair)))], faults }),
    fewestExchanges: () => Math.min(...clients.map(({ exchanges }) => exchanges)),
    stop: async () => {
      stopped = true
      await Promise.all(running)
    },
  }
}

export const kidOf = ({ access_token }: TokenPair) => readToken(access_token.token).header['kid']
