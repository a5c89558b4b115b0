import { join } from 'node:path'
import { cores, coresNote } from '../cores.ts'
import { findGateways, startGateway } from '../gateway.ts'
import { measureInTurn } from '../measure-in-turn.ts'
import { bearerRequests, registerPeople } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { startService } from '../service.ts'
import { compareRounds } from '../statistics.ts'
import { startWorker } from '../worker.ts'
import type { Saturated, Saturation } from '../workers/saturate.ts'
import type { Served } from '../workers/serve-reads.ts'
import type { StaticServing } from '../workers/serve-static.ts'

const inFlight = 32
const target = { atLeast: 0.75 }

export const gateway: Scenario = {
  name: 'gateway',
  about: `GET /api/profile through a gateway, ${inFlight} in flight / the same with the answer from memory behind it`,
  run: async (bench) => {
    const { auth, user, requests, body } = await startServices(bench)
    const { processes, seconds } = bench
    const upstream = startWorker<StaticServing, Served>({
      processes,
      file: 'serve-static.ts',
      cores: cores.load,
    })
    const staticUrl = `http://127.0.0.1:${(await upstream.ask({ body })).port}`
    const load = startWorker<Saturation, Saturated>({ processes, file: 'saturate.ts', cores: cores.load })
    const results = []
    for (const [name, engine] of findGateways()) {
      const measure = async (userServiceUrl: string, part: string) => {
        const environment = { AUTH_SERVICE_URL: auth.url, USER_SERVICE_URL: userServiceUrl }
        const needs = { bench, engine, name: `${part} ${name}`, cores: cores.server, environment }
        const { port } = await startGateway(needs)
        // Not kept awake: the services need what it leaves of its core.
        return async () => load.ask({ port, requests, inFlight, seconds, awake: false })
      }
      const measured = await measureInTurn(bench, {
        profile: await measure(user.url, 'profile'),
        fromMemory: await measure(staticUrl, 'static'),
      })
      const [ours, limits] = [measured.profile, measured.fromMemory].map((rounds) =>
        rounds.map(({ perSecond }) => perSecond),
      )
      results.push({
        what: `profile through ${name}`,
        unit: '/s' as const,
        ...compareRounds(ours ?? [], limits ?? []),
        target,
      })
    }
    return {
      results,
      notes: [
        `${coresNote}: the gateway is the server here, the services share the core of the load`,
        `tokens are checked by the gateway and by the service; ${bench.accounts} accounts, one token each`,
      ],
    }
  },
}

const startServices = async (bench: Bench) => {
  const bus = { BUS_FILE: join(bench.folder, 'gateway-bus.db') }
  const needs = { bench, cores: cores.load, threads: 1 }
  const auth = await startService({ ...needs, name: 'gateway-auth', settings: bus })
  const user = await startService({
    ...needs,
    service: 'user-service',
    name: 'gateway-user',
    settings: {
      ...bus,
      JWKS_URL: `${auth.url}/.well-known/jwks.json`,
      INTROSPECT_URL: `${auth.url}/introspect`,
    },
  })
  const people = await registerPeople(auth.url, bench.accounts)
  const profiles = await Promise.all(
    people.map(async ({ token_pair }) => {
      const headers = { Authorization: `Bearer ${token_pair.access_token.token}` }
      return (await fetch(`${user.url}/profile`, { headers })).text()
    }),
  )
  return { auth, user, requests: bearerRequests('GET /api/profile', people), body: profiles[0] ?? '' }
}
