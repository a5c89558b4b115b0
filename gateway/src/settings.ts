import { oneOf, type Setting, text, urlOf } from '@accounts/shared/config/setting'
import { tokenSettings } from '@accounts/shared/config/token-settings'
import { tokenAlgorithms } from '@accounts/shared/tokens/keys'
import { z } from 'zod'

const list = () =>
  z.string().regex(/^[^\s,]+(,[^\s,]+)*$/, { error: 'has to be a list with commas and no spaces between' })

const service = () =>
  urlOf('http').refine((url) => !url.endsWith('/'), { error: 'has to end without a slash' })

/** What `krakend.json` asks the environment for, and what only the embedded gateway reads. */
export const gatewaySettings = {
  AUTH_SERVICE_URL: {
    schema: service(),
    description: 'Where the gateway finds auth-service. Has to be set; `pnpm dev` and the compose files do.',
    example: 'http://127.0.0.1:8000',
  },
  USER_SERVICE_URL: {
    schema: service(),
    description: 'Where the gateway finds user-service, likewise.',
    example: 'http://127.0.0.1:8001',
  },
  CORS_ORIGINS: {
    schema: list(),
    description:
      'Origins whose pages may call the API, with commas and no spaces between them. Not set: none. `pnpm dev` and `docker-compose.yml` allow `http://localhost:3000` and `http://localhost:5173`.',
    example: 'https://app.example.com,https://admin.example.com',
  },
  TRUSTED_PROXIES: {
    schema: list(),
    description:
      "Addresses or networks (`10.0.0.0/8`) of proxies before the gateway whose `X-Forwarded-For` names the client, with commas between them. Not set: an address that is nobody's, so that no client can name another address than its own.",
    default: '255.255.255.255',
  },
  JWT_ALGORITHM: {
    schema: oneOf(...tokenAlgorithms),
    description:
      'What auth-service signs tokens with. For `HS256` there is a file of its own, `krakend-shared-secret.json`, by which only the services check tokens.',
    default: 'RS256',
  },
  JWT_ISSUER: tokenSettings.JWT_ISSUER,
  JWT_AUDIENCE: tokenSettings.JWT_AUDIENCE,
  METRICS_HOST: {
    schema: text(),
    description:
      'Address on which the gateway tells its numbers to Prometheus, port 9091. Containers need `0.0.0.0`.',
    default: '127.0.0.1',
  },
  HOST: {
    schema: text(),
    description: 'Address the embedded gateway listens on. KrakenD listens on all of them.',
    default: '127.0.0.1',
  },
} as const satisfies Record<string, Setting<unknown>>
