import { freePort } from '@accounts/shared/testing/free-port'
import { registerPeople } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { cheapHashes, startService } from '../service.ts'
import { compareRounds } from '../statistics.ts'

// By then everything has been needed that a registration needs.
const warmShare = 1 / 3

export const brokerAway: Scenario = {
  name: 'broker-away',
  about:
    'the most memory of auth-service while accounts register and no broker is there / after the first third',
  run: async (bench) => {
    const service = await startService({
      bench,
      name: 'broker-away',
      threads: 1,
      healthPath: '/health/live',
      settings: { ...cheapHashes, RABBITMQ_URL: `amqp://127.0.0.1:${await freePort()}` },
    })
    const count = bench.accounts * 50
    const early = Math.ceil(count * warmShare)
    bench.say(`${count} accounts register`)
    await registerPeople(service.url, early, 'early')
    const warm = await service.memory()
    await registerPeople(service.url, count - early, 'late')
    const highest = await service.memory()
    await service.stop()
    return {
      results: [
        {
          what: 'memory, broker away',
          unit: 'MB',
          ...compareRounds([highest], [warm]),
          target: { atMost: 1.1 },
        },
      ],
      notes: [`${count} accounts, one round: their events wait in the outbox, nowhere else`],
    }
  },
}
