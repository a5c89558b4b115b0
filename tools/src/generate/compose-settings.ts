import { type Setting, port, text } from '@accounts/shared/config/setting'

/** What only the compose files read. They check nothing themselves; the schemas are for the documentation. */
export const composeSettings = {
  RABBITMQ_USER: {
    schema: text(),
    description: 'Broker user of the compose files.',
    default: 'accounts',
  },
  RABBITMQ_PASSWORD: {
    schema: text(),
    description: 'Broker password of `docker-compose.yml`; production reads it from the secrets folder.',
    default: 'development-only',
  },
  RABBITMQ_PORT: {
    schema: port(),
    description: 'Port of the broker in `docker-compose.yml`.',
    default: '5672',
  },
  RABBITMQ_UI_PORT: {
    schema: port(),
    description: 'Port of the RabbitMQ management UI in `docker-compose.yml`.',
    default: '15672',
  },
  GATEWAY_METRICS_PORT: {
    schema: port(),
    description: "Port of the gateway's numbers for Prometheus in `docker-compose.yml`.",
    default: '9091',
  },
  SECRETS_FOLDER: {
    schema: text(),
    description: 'Where `docker-compose.prod.yml` finds its secrets; `deploy/make-secrets.sh` makes them.',
    default: './deploy/secrets',
  },
} as const satisfies Record<string, Setting<unknown>>
