import { authSettings } from '@accounts/auth-service/config'
import { startService } from '../service.ts'
import { coreCount } from '../cores.ts'
import { measureInTurn } from '../measure-in-turn.ts'
import { memoryResult } from '../memory.ts'
import { loginRequests, registerPeople } from '../people.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { compareRounds, median } from '../statistics.ts'
import { startWorker } from '../worker.ts'
import type { Saturated, Saturation } from '../workers/saturate.ts'
import type { Verified, Verifying } from '../workers/verify-passwords.ts'

const target = { atLeast: 0.9 }

export const login: Scenario = {
  name: 'login',
  about: 'POST /login / bare argon2 verifies, as many in flight as cores',
  run: async (bench) => {
    const services = await Promise.all([startLogin(bench, 'RS256'), startLogin(bench, 'ES256')])
    const [rs256, es256] = services
    const measured = await measureInTurn(bench, {
      rs256: rs256.measure,
      es256: es256.measure,
      bare: startVerifying(bench),
    })
    const limits = measured.bare.map(({ perSecond }) => perSecond)
    const compare = (rounds: readonly Saturated[]) =>
      compareRounds(
        rounds.map(({ perSecond }) => perSecond),
        limits,
      )
    const generatorShare = median(
      [...measured.rs256, ...measured.es256].map(({ ownCoreShare }) => ownCoreShare),
    )
    return {
      results: [
        { what: 'login, RS256', unit: '/s', ...compare(measured.rs256), target },
        { what: 'login, ES256', unit: '/s', ...compare(measured.es256), target },
        await memoryResult('login', services),
      ],
      notes: [
        `${bench.loginsInFlight} log-ins in flight; everything shares ${coreCount} cores, the load too: it took ${(generatorShare * 100).toFixed(1)} % of one core`,
      ],
    }
  },
}

const startLogin = async (bench: Bench, algorithm: 'RS256' | 'ES256') => {
  const service = await startService({
    bench,
    name: algorithm,
    threads: coreCount,
    settings: { JWT_ALGORITHM: algorithm },
  })
  const requests = loginRequests(await registerPeople(service.url, bench.accounts))
  const load = startWorker<Saturation, Saturated>({ processes: bench.processes, file: 'saturate.ts' })
  const { port, memory } = service
  return {
    memory,
    measure: async () =>
      load.ask({ port, requests, inFlight: bench.loginsInFlight, seconds: bench.seconds, awake: false }),
  }
}

const startVerifying = ({ processes, seconds }: Bench) => {
  const worker = startWorker<Verifying, Verified>({
    processes,
    file: 'verify-passwords.ts',
    environment: { UV_THREADPOOL_SIZE: String(coreCount) },
  })
  const cost = {
    memoryKib: Number(authSettings.ARGON2_MEMORY_KIB.default),
    passes: Number(authSettings.ARGON2_PASSES.default),
  }
  return async () => worker.ask({ ...cost, inFlight: coreCount, seconds })
}
