import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { originOf } from '../../domain/audit.ts'
import { loginSchema } from '../../domain/registration.ts'
import { authResponseSchema } from '../../domain/schemas.ts'
import type { Login } from './login.ts'

export const loginRoute = declareRoute({
  id: 'login',
  method: 'post',
  path: '/login',
  gateway: { paths: ['/api/login', '/api/v1/auth/login'], limit: { burst: 60, requests: 60, every: '1m' } },
  access: 'anyone',
  tag: 'accounts',
  summary: 'Sign in',
  description: 'Begins a new session. Whether the account or the password was wrong is not told.',
  body: loginSchema,
  answers: { 200: { description: 'Signed in', schema: authResponseSchema } },
  errors: ['wrong_credentials', 'account_deactivated', 'unavailable'],
})

export const createLoginHandler =
  ({ login }: { login: Login }): RouteHandler<typeof loginRoute> =>
  async ({ body, request }) => ({ status: 200, body: await login(body, originOf(request)) })
