import { z } from 'zod'
import { withDeadline } from '../process/deadline.ts'
import { bindRoute, type BoundRoute, declareRoute } from './route.ts'

export type Readiness = { ready: true } | { ready: false; reason: string }

export type ReadinessChecks = Readonly<Record<string, () => Readiness | Promise<Readiness>>>

const checkTimeoutMilliseconds = 2_000

const liveSchema = z.strictObject({ status: z.literal('live') }).meta({ id: 'Live' })

const readySchema = z
  .strictObject({
    status: z.enum(['ready', 'not ready']),
    checks: z.record(z.string(), z.strictObject({ ready: z.boolean(), reason: z.string().optional() })),
  })
  .meta({ id: 'Ready' })

export const liveRoute = declareRoute({
  id: 'live',
  method: 'get',
  path: '/health/live',
  gateway: 'not exposed',
  access: 'anyone',
  tag: 'operations',
  summary: 'Is the process alive?',
  answers: { 200: { description: 'It answers', schema: liveSchema } },
})

export const readyRoute = declareRoute({
  id: 'ready',
  method: 'get',
  path: '/health/ready',
  gateway: 'not exposed',
  access: 'anyone',
  tag: 'operations',
  summary: 'Can it do its work? If not, what is missing and why?',
  answers: {
    200: { description: 'Everything it needs is there', schema: readySchema },
    503: { description: 'Something it needs is away, named with the reason', schema: readySchema },
  },
})

export const createHealthRoutes = ({ checks }: { checks: ReadinessChecks }): BoundRoute<unknown>[] => [
  bindRoute(liveRoute)(() => ({ status: 200, body: { status: 'live' } })),
  bindRoute(readyRoute)(async () => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await settle(check)] as const),
    )
    const ready = results.every(([, result]) => result.ready)
    const body = { status: ready ? 'ready' : 'not ready', checks: Object.fromEntries(results) } as const
    return ready ? { status: 200, body } : { status: 503, body, headers: { 'Retry-After': '1' } }
  }),
]

/** A check that throws or hangs is a check that fails. */
const settle = async (check: () => Readiness | Promise<Readiness>): Promise<Readiness> => {
  try {
    const tooLate = () => new Error(`no answer within ${checkTimeoutMilliseconds} ms`)
    return await withDeadline(Promise.resolve(check()), checkTimeoutMilliseconds, tooLate)
  } catch (error) {
    return { ready: false, reason: error instanceof Error ? error.message : 'the check failed' }
  }
}
