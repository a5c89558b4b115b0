import { z } from 'zod'
import {
  circuitBreaker,
  cors,
  rateLimit,
  securityHeaders,
  telemetry,
  tokenCheck,
} from './configuration-modules.ts'
import { duration, headerName, method, network } from './configuration-words.ts'

/**
 * What the embedded gateway implements of KrakenD's configuration, version 3. A key or a value that is not here stops
 * it at start; the generator's output has this type, so nothing can be declared that only one of the gateways does.
 */

// KrakenD's router takes `:` and `*` for wildcards; the rest of these limits keeps a path readable without escapes.
const path = z.string().regex(/^(\/([\w.~-]+|\{[a-z]\w*\}))+$/, {
  error: 'has to be a path of plain segments and {parameters}, without a slash at its end',
})

const host = z
  .string()
  .regex(/^http:\/\/[\w.-]+(:\d{2,5})?$/, { error: 'has to be an address such as http://127.0.0.1:8000' })
  .transform((text) => new URL(text))

const queryName = z.string().regex(/^[\w.-]+$/, { error: 'has to be the name of a query parameter' })

const endpointModules = z.strictObject({
  'auth/validator': tokenCheck.optional(),
  'qos/ratelimit/router': rateLimit.optional(),
})

const backend = z.strictObject({
  host: z.tuple([host]),
  url_pattern: path,
  method,
  encoding: z.literal('no-op'),
  extra_config: z.strictObject({ 'qos/circuit-breaker': circuitBreaker.optional() }).optional(),
})

const endpoint = z
  .strictObject({
    endpoint: path,
    method,
    output_encoding: z.literal('no-op'),
    input_headers: z.array(headerName).min(1),
    input_query_strings: z.array(queryName).optional(),
    backend: z.tuple([backend]),
    extra_config: endpointModules.optional(),
  })
  .refine(
    ({ endpoint: pattern, backend: [{ url_pattern }] }) =>
      parametersOf(url_pattern).every((name) => parametersOf(pattern).includes(name)),
    { error: 'has to have every parameter that its backend needs', path: ['endpoint'] },
  )

const errorBody = z.record(z.string(), z.json())

const router = z.strictObject({
  disable_redirect_fixed_path: z.literal(true),
  disable_redirect_trailing_slash: z.literal(true),
  auto_options: z.literal(false),
  forwarded_by_client_ip: z.literal(true),
  remote_ip_headers: z.tuple([z.literal('X-Forwarded-For')]),
  trusted_proxies: z.array(network).min(1),
  hide_version_header: z.literal(true),
  return_error_msg: z.literal(false),
  error_body: z.strictObject({ 404: errorBody, 405: errorBody }),
})

const logging = z.strictObject({
  level: z.enum(['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL']),
  format: z.literal('logstash'),
  stdout: z.literal(true),
})

export const configurationSchema = z.strictObject({
  $schema: z.string(),
  version: z.literal(3),
  name: z.string(),
  port: z.int().min(1).max(65_535),
  timeout: duration,
  read_header_timeout: duration,
  read_timeout: duration,
  write_timeout: duration,
  idle_timeout: duration,
  max_header_bytes: z.int().min(1024),
  max_shutdown_wait_time: duration,
  disable_compression: z.literal(true),
  extra_config: z.strictObject({
    router,
    'security/cors': cors,
    'security/http': securityHeaders,
    'telemetry/logging': logging,
    'telemetry/opentelemetry': telemetry,
  }),
  endpoints: z.array(endpoint),
})

/** The configuration as it is written in the file. */
export type WrittenConfiguration = z.input<typeof configurationSchema>
export type WrittenEndpoint = WrittenConfiguration['endpoints'][number]
export type WrittenTokenCheck = z.input<typeof tokenCheck>
export type WrittenRateLimit = z.input<typeof rateLimit>

/** The configuration as it is used: times in milliseconds, hosts as URLs. */
export type Configuration = z.output<typeof configurationSchema>
export type Endpoint = Configuration['endpoints'][number]

export const parametersOf = (pattern: string) =>
  Array.from(pattern.matchAll(/\{(\w+)\}/g), ([, name]) => name ?? '')
