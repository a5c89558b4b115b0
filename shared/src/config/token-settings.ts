import { type Setting, text } from './setting.ts'

/** What whoever issues tokens and whoever verifies them have to agree on. */
export const tokenSettings = {
  JWT_ISSUER: {
    schema: text(),
    description:
      'Who issues the tokens (`iss`): the address clients know the system by. The same everywhere.',
    default: 'http://localhost:8080',
  },
  JWT_AUDIENCE: {
    schema: text(),
    description:
      'Whom access tokens are for (`aud`). Refresh tokens have `/refresh` after it. The same everywhere.',
    default: 'accounts',
  },
  JWT_SECRET: {
    schema: text(),
    description: 'Shared secret of a system that signs with `HS256`, at least 32 bytes. The same everywhere.',
  },
} as const satisfies Record<string, Setting<unknown>>
