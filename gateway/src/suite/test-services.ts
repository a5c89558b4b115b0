import { type HttpMethod, type RouteDeclaration } from '@accounts/shared/http/route'
import { z } from 'zod'
import type { GatewayService } from '../declaration.ts'

type Path = `/${string}`
type Extras = Pick<RouteDeclaration, 'query' | 'body'>

const route = (
  method: HttpMethod,
  path: Path,
  gateway: Path[] | 'not exposed',
  extras: Extras = {},
): RouteDeclaration => ({
  id: `${method}-${path}`,
  method,
  path,
  gateway: gateway === 'not exposed' ? gateway : { paths: gateway },
  access: 'anyone',
  tag: 'test',
  summary: 'A route of the test',
  answers: { 200: { description: 'Fine' } },
  ...extras,
})

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
    ],
  },
  { host: '{{ env `USER_SERVICE_URL` }}', routes: [route('get', '/profile', ['/api/profile'])] },
]
