import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import type { z } from 'zod'
import { originOf } from '../../domain/audit.ts'
import { createRegisterSchema } from '../../domain/registration.ts'
import { authResponseSchema } from '../../domain/schemas.ts'
import type { Register } from './register.ts'

export const createRegisterRoute = (password: z.ZodType<string>) =>
  declareRoute({
    id: 'register',
    method: 'post',
    path: '/register',
    gateway: {
      paths: ['/api/register', '/api/v1/auth/register'],
      limit: { burst: 30, requests: 30, every: '1m' },
    },
    access: 'anyone',
    tag: 'accounts',
    summary: 'Make an account and sign in',
    description: 'Logins and e-mail addresses are unique without regard to case.',
    body: createRegisterSchema({ password }),
    answers: { 201: { description: 'The account, signed in', schema: authResponseSchema } },
    errors: ['login_taken', 'email_taken', 'unavailable'],
  })

export const createRegisterHandler =
  ({ register }: { register: Register }): RouteHandler<ReturnType<typeof createRegisterRoute>> =>
  async ({ body, request }) => ({ status: 201, body: await register(body, originOf(request)) })
