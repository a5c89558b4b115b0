import { tokenAlgorithms } from '@accounts/shared/tokens/keys'
import { z } from 'zod'
import { duration, headerName, method } from './configuration-words.ts'

/** As much of KrakenD's modules as the file uses. */

export const circuitBreaker = z.strictObject({
  name: z.string(),
  interval: z.int().min(1),
  timeout: z.int().min(1),
  max_errors: z.int().min(1),
  log_status_change: z.literal(true),
})

// What the key set has to publish; one that signs as well can't be published.
const algorithm = z.string().pipe(z.enum(tokenAlgorithms).exclude(['HS256']))

export const tokenCheck = z.strictObject({
  alg: algorithm,
  jwk_url: z.url({
    protocol: /^http$/,
    error: 'has to be an address such as http://127.0.0.1:8000/jwks.json',
  }),
  disable_jwk_security: z.literal(true),
  cache: z.literal(true),
  cache_duration: z.int().min(1),
  failed_jwk_key_cooldown: duration,
  issuer: z.string().min(1),
  audience: z.tuple([z.string().min(1)]),
  cookie_key: z.string().regex(/^[\w-]+$/),
  propagate_claims: z.tuple([z.tuple([z.literal('sub'), headerName])]),
  roles_key: z.literal('roles').optional(),
  roles: z.array(z.string()).min(1).optional(),
})

export const rateLimit = z
  .strictObject({
    strategy: z.enum(['ip', 'header']),
    key: headerName.optional(),
    client_max_rate: z.number().positive(),
    client_capacity: z.int().min(1),
    every: duration,
  })
  .refine(({ strategy, key }) => (strategy === 'header') === (key !== undefined), {
    error: 'goes with the strategy "header" and with no other',
    path: ['key'],
  })

// Nothing in it: nobody. A list without any item would be everybody for KrakenD.
const origin = z
  .string()
  .regex(/^(https?:\/\/[^\s/*]+)?$/, { error: 'has to be an origin such as https://app.example.com' })

export const cors = z.strictObject({
  allow_origins: z.array(origin).min(1),
  allow_methods: z.array(method).min(1),
  allow_headers: z.array(headerName).min(1),
  expose_headers: z.array(headerName).min(1),
  allow_credentials: z.literal(false),
  max_age: duration,
})

export const securityHeaders = z.strictObject({
  content_security_policy: z.string(),
  content_type_nosniff: z.literal(true),
  custom_frame_options_value: z.string(),
  referrer_policy: z.string(),
  sts_seconds: z.int().min(1),
  sts_include_subdomains: z.literal(true),
  force_sts_header: z.literal(true),
})

export const telemetry = z.strictObject({
  service_name: z.string(),
  exporters: z.strictObject({
    prometheus: z.tuple([
      z.strictObject({
        name: z.string(),
        host: z.string().min(1),
        port: z.int().min(1).max(65_535),
        process_metrics: z.literal(true),
        go_metrics: z.literal(false),
      }),
    ]),
  }),
  layers: z.strictObject({
    global: z.strictObject({
      disable_traces: z.literal(true),
      disable_propagation: z.literal(true),
      semantic_convention: z.literal('1.27'),
    }),
    proxy: z.strictObject({ disable_metrics: z.literal(true), disable_traces: z.literal(true) }),
    backend: z.strictObject({
      metrics: z.strictObject({ disable_stage: z.literal(true) }),
      traces: z.strictObject({ disable_stage: z.literal(true) }),
    }),
  }),
})

export type TokenCheck = z.output<typeof tokenCheck>
export type RateLimit = z.output<typeof rateLimit>
export type CircuitBreaker = z.output<typeof circuitBreaker>
export type Cors = z.output<typeof cors>
export type SecurityHeaders = z.output<typeof securityHeaders>
export type Telemetry = z.output<typeof telemetry>
