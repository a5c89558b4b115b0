import { type Setting, text, urlOf } from '@accounts/shared/config/setting'

/** What `krakend.json` asks the environment for, and what only the embedded gateway reads. */
export const gatewaySettings = {
  AUTH_SERVICE_URL: {
    schema: urlOf('http'),
    description: 'Where the gateway finds auth-service. Has to be set; `pnpm dev` and the compose files do.',
    example: 'http://127.0.0.1:8000',
  },
  USER_SERVICE_URL: {
    schema: urlOf('http'),
    description: 'Where the gateway finds user-service, likewise.',
    example: 'http://127.0.0.1:8001',
  },
  HOST: {
    schema: text(),
    description: 'Address the embedded gateway listens on. KrakenD listens on all of them.',
    default: '127.0.0.1',
  },
} as const satisfies Record<string, Setting<unknown>>
