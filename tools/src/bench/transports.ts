import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createVhost, deleteVhost } from '@accounts/shared/messaging/testing/rabbitmq-trial'
import type { Bench } from './scenario.ts'

export interface Transport {
  name: string
  /** A broker, or a file, of its own. */
  create: (name: string) => Promise<{ RABBITMQ_URL: string } | { BUS_FILE: string }>
}

/** The embedded bus, and RabbitMQ where it can be had. */
export const transportsOf = ({ folder, engines: { rabbitmq }, atEnd }: Bench): Transport[] => {
  const embedded: Transport = {
    name: 'embedded bus',
    create: async (name) => ({ BUS_FILE: join(folder, `${name}.bus.db`) }),
  }
  if (!rabbitmq) return [embedded]
  return [
    embedded,
    {
      name: 'RabbitMQ',
      create: async () => {
        const vhost = `bench-${randomBytes(6).toString('hex')}`
        await createVhost(rabbitmq.managementUrl, vhost)
        atEnd(async () => deleteVhost(rabbitmq.managementUrl, vhost))
        return { RABBITMQ_URL: `${rabbitmq.url}/${vhost}` }
      },
    },
  ]
}
