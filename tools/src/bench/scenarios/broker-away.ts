import { freePort } from '@accounts/shared/testing/free-port'
import { registerPeople } from '../people.ts'
import type { Scenario } from '../scenario.ts'
import { cheapHashes, startService } from '../service.ts'
import { compareRounds } from '../statistics.ts'

// By then everything has been needed once that a registration needs.
const earlyShare = 1 / 3

export const brokerAway: Scenario = {
  name: 'broker-away',
  about:
    'what auth-service holds in memory after so many registrations without a broker / after a third of them',
  run: async (bench) => {
    const service = await startService({
      bench,
      name: 'broker-away',
      threads: 1,
      healthPath: '/health/live',
      settings: { ...cheapHashes, RABBITMQ_URL: `amqp://127.0.0.1:${await freePort()}` },
    })
    const count = bench.accounts * 50
    const early = Math.ceil(count * earlyShare)
    bench.say(`${count} accounts register`)
    await registerPeople(service.url, early, 'early')
    const before = await service.heldMemory()
    await registerPeople(service.url, count - early, 'late')
    const after = await service.heldMemory()
    await service.stop()
    return {
      results: [
        {
          what: 'held memory, broker away',
          unit: 'MB',
          ...compareRounds([after], [before]),
          target: { atMost: 1.1 },
        },
      ],
      notes: [`${count} accounts, one round; their events wait in the outbox, and nowhere else`],
    }
  },
}
