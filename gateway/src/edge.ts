import { errorCodes } from '@accounts/shared/errors/codes'
import { edgeHeaders } from '@accounts/shared/http/send'
import type { GatewayOptions } from './gateway-options.ts'
import type { WrittenConfiguration } from './embedded/configuration.ts'
import { fromEnvironment, listFromEnvironment } from './embedded/template.ts'
import { gatewaySettings } from './settings.ts'

const hour = 3600

/** What holds for every request, whatever route it is for. */
export const declareEdge = ({
  timeout = '5s',
  stopDeadline = '8s',
  metricsPort = 9091,
}: GatewayOptions): Omit<WrittenConfiguration, 'endpoints'> => ({
  $schema: 'https://www.krakend.io/schema/v2.13/krakend.json',
  version: 3,
  name: 'auth-user-services',
  port: 8080,
  timeout,
  read_header_timeout: '5s',
  read_timeout: '10s',
  write_timeout: '30s',
  // Longer than a proxy in front keeps an idle connection, so that it is never the gateway who closes one in use.
  idle_timeout: '95s',
  max_header_bytes: 16_384,
  max_shutdown_wait_time: stopDeadline,
  disable_compression: true,
  extra_config: {
    router: {
      disable_redirect_fixed_path: true,
      disable_redirect_trailing_slash: true,
      auto_options: false,
      forwarded_by_client_ip: true,
      remote_ip_headers: ['X-Forwarded-For'],
      trusted_proxies: [listFromEnvironment('TRUSTED_PROXIES', gatewaySettings.TRUSTED_PROXIES.default)],
      hide_version_header: true,
      return_error_msg: false,
      error_body: { 404: problem('not_found'), 405: problem('method_not_allowed') },
    },
    'security/cors': {
      allow_origins: [listFromEnvironment('CORS_ORIGINS')],
      allow_methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allow_headers: ['Accept', 'Authorization', 'Content-Type', 'Traceparent', 'X-Request-Id'],
      expose_headers: ['Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
      allow_credentials: false,
      max_age: '2h',
    },
    'security/http': {
      content_security_policy: edgeHeaders['Content-Security-Policy'],
      content_type_nosniff: true,
      custom_frame_options_value: edgeHeaders['X-Frame-Options'],
      referrer_policy: edgeHeaders['Referrer-Policy'],
      sts_seconds: 365 * 24 * hour,
      sts_include_subdomains: true,
      // TLS ends in front of it.
      force_sts_header: true,
    },
    'telemetry/logging': { level: 'INFO', format: 'logstash', stdout: true },
    'telemetry/opentelemetry': {
      service_name: 'gateway',
      exporters: {
        prometheus: [
          {
            name: 'prometheus',
            host: fromEnvironment('METRICS_HOST', gatewaySettings.METRICS_HOST.default),
            port: metricsPort,
            process_metrics: true,
            go_metrics: false,
          },
        ],
      },
      layers: {
        global: { disable_traces: true, disable_propagation: true, semantic_convention: '1.27' },
        proxy: { disable_metrics: true, disable_traces: true },
        backend: { metrics: { disable_stage: true }, traces: { disable_stage: true } },
      },
    },
  },
})

const problem = (code: 'not_found' | 'method_not_allowed') => ({
  type: `urn:problem:${code}`,
  title: errorCodes[code].title,
  status: errorCodes[code].status,
  code,
})
