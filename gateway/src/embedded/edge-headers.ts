import type { IncomingMessage } from 'node:http'
import type { Cors, SecurityHeaders } from './configuration-modules.ts'

/** Names and values in turn, as Node writes them. */
export type RawHeaders = readonly string[]

export const securityHeadersOf = (settings: SecurityHeaders): RawHeaders => [
  'Strict-Transport-Security',
  `max-age=${settings.sts_seconds}; includeSubDomains`,
  'X-Frame-Options',
  settings.custom_frame_options_value,
  'X-Content-Type-Options',
  'nosniff',
  'Content-Security-Policy',
  settings.content_security_policy,
  'Referrer-Policy',
  settings.referrer_policy,
]

/** What KrakenD tells browsers of other origins. */
export const createCors = (settings: Cors) => {
  const origins = new Set(settings.allow_origins.map((origin) => origin.toLowerCase()))
  const methods: readonly string[] = settings.allow_methods
  const headers = settings.allow_headers.map((name) => name.toLowerCase()).toSorted()
  const exposed = ['Access-Control-Expose-Headers', settings.expose_headers.join(', ')]
  const maxAge = ['Access-Control-Max-Age', String(settings.max_age / 1000)]

  const allows = (origin: string | undefined): origin is string =>
    origin !== undefined && origin !== '' && origins.has(origin.toLowerCase())

  return {
    /** A question of the browser's own, which no route ever sees. */
    isPreflight: ({ method, headers: given }: IncomingMessage) =>
      method === 'OPTIONS' && Boolean(given['access-control-request-method']),

    ofPreflight: ({ headers: given }: IncomingMessage): RawHeaders => {
      const { origin, 'access-control-request-method': method = '' } = given
      const wanted = given['access-control-request-headers']
      const vary = ['Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers']
      if (!allows(origin) || !methods.includes(method) || !areAllowed(wanted, headers)) return vary
      return [
        ...vary,
        ...['Access-Control-Allow-Origin', origin, 'Access-Control-Allow-Methods', method],
        ...(wanted ? ['Access-Control-Allow-Headers', wanted] : []),
        ...maxAge,
      ]
    },

    ofAnswer: ({ method = '', headers: { origin } }: IncomingMessage): RawHeaders => {
      const isAllowed = allows(origin) && (methods.includes(method) || method === 'OPTIONS')
      return isAllowed
        ? ['Vary', 'Origin', 'Access-Control-Allow-Origin', origin, ...exposed]
        : ['Vary', 'Origin']
    },
  }
}

/** Browsers name them in small letters and in their order, each once. */
const areAllowed = (wanted: string | undefined, allowed: readonly string[]) => {
  if (!wanted) return true
  const places = wanted.split(',').map((name) => allowed.indexOf(name.trim()))
  return places.every((place, index) => place > (places[index - 1] ?? -1))
}
