import type { Logger } from '../logging/logger.ts'
import type { Bus } from './bus.ts'
import type { PublishLimits } from './publishing.ts'
import type { RabbitTimings } from './rabbitmq-connection.ts'
import { openSqliteBus } from './sqlite-bus.ts'
import { type RetryDelay, retryDelays } from './topology.ts'

export interface BusOptions extends PublishLimits, RabbitTimings {
  now: () => number
  /** Between two questions whether messages can be handled again. */
  isAbleMilliseconds: number
  retryDelays: readonly RetryDelay[]
}

interface OpenBusNeeds extends Partial<BusOptions> {
  /** Not set: the embedded bus. */
  rabbitmqUrl: string | undefined
  busFile: string
  /** Who publishes, for whoever reads a message. */
  appId: string
  logger: Logger
}

const defaults: BusOptions = {
  publishTimeoutMilliseconds: 10_000,
  inFlightLimit: 100,
  waitingLimit: 10_000,
  heartbeatSeconds: 5,
  connectTimeoutMilliseconds: 5_000,
  retryDelayMilliseconds: 2_000,
  declareTimeoutMilliseconds: 20_000,
  closeTimeoutMilliseconds: 1_500,
  now: Date.now,
  isAbleMilliseconds: 1_000,
  retryDelays,
}

/** RabbitMQ may be away at this moment: ask `readiness`. The embedded bus is ready, or throws a StartError. */
export const openBus = async ({ rabbitmqUrl, busFile, ...needs }: OpenBusNeeds): Promise<Bus> =>
  rabbitmqUrl === undefined
    ? openSqliteBus({ ...defaults, ...needs, file: busFile })
    : (await import('./rabbitmq.ts')).openRabbitBus({ ...defaults, ...needs, url: rabbitmqUrl })
