import type { HttpMethod, RequestLimit, RouteDeclaration } from '@accounts/shared/http/route'
import { z } from 'zod'
import type { GatewayService } from '../gateway-options.ts'

type Path = `/${string}`
type Extras = Partial<Pick<RouteDeclaration, 'access' | 'query' | 'body'>> & { limit?: RequestLimit }

// Out of the way of every test that is about something else.
const noLimit: RequestLimit = { burst: 1_000_000, requests: 1_000_000, every: '1s' }

const route = (
  method: HttpMethod,
  path: Path,
  gateway: Path[] | 'not exposed',
  { limit = noLimit, ...extras }: Extras = {},
): RouteDeclaration => ({
  id: `${method}-${path}`,
  method,
  path,
  gateway: gateway === 'not exposed' ? gateway : { paths: gateway, limit },
  access: 'anyone',
  tag: 'test',
  summary: 'A route of the test',
  answers: { 200: { description: 'Fine' } },
  ...extras,
})

/** Three times, and the fourth is an hour away. */
const thrice: RequestLimit = { burst: 3, requests: 1, every: '1h' }

const body = z.json()
const query = z.object({ limit: z.string(), cursor: z.string(), tag: z.array(z.string()) })

/** Two services with every kind of route that a service can declare. */
export const testServices: GatewayService[] = [
  {
    host: '{{ env `AUTH_SERVICE_URL` }}',
    routes: [
      route('get', '/echo', ['/api/echo']),
      route('post', '/echo', ['/api/echo'], { body }),
      route('put', '/echo', ['/api/echo'], { body }),
      route('patch', '/echo', ['/api/echo'], { body }),
      route('delete', '/echo', ['/api/echo']),
      route('post', '/act', ['/api/act']),
      route('get', '/own-items', ['/api/items/mine', '/api/v1/items/mine']),
      route('get', '/items/{item_id}', ['/api/items/{item_id}']),
      route('delete', '/items/{item_id}', ['/api/items/{item_id}']),
      route('get', '/items/{item_id}/parts/{part_id}', ['/api/items/{item_id}/parts/{part_id}']),
      route('get', '/search', ['/api/search'], { query }),
      route('get', '/internal', 'not exposed'),
      route('get', '/.well-known/jwks.json', ['/.well-known/jwks.json']),
      route('get', '/mine', ['/api/mine'], { access: 'signed in' }),
      route('post', '/mine', ['/api/mine'], { access: 'signed in', body }),
      route('post', '/others/{id}', ['/api/others/{id}'], { access: { roles: ['admin', 'support'] } }),
      route('post', '/leave', ['/api/leave'], { access: 'signed in, even if expired' }),
      route('post', '/login', ['/api/login'], { limit: thrice, body }),
      route('post', '/join', ['/api/join'], { limit: thrice }),
      route('get', '/limited', ['/api/limited'], { access: 'signed in', limit: thrice }),
      route('get', '/refilled', ['/api/refilled'], { limit: { burst: 2, requests: 600, every: '1m' } }),
      route('get', '/fragile', ['/api/fragile']),
    ],
  },
  { host: '{{ env `USER_SERVICE_URL` }}', routes: [route('get', '/profile', ['/api/profile'])] },
]
