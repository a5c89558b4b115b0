import { requireRole } from '@accounts/shared/http/access'
import { changeLimit, readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import { originOf } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import type { DiscardEvent } from './discard-event.ts'
import { presentEntry } from './event-entry.ts'
import type { FindEvent } from './find-event.ts'
import type { ListEvents } from './list-events.ts'
import type { Actor } from './record-action.ts'
import type { ReplayEvent } from './replay-event.ts'
import type { RepublishEvents } from './republish-events.ts'
import {
  eventEntrySchema,
  eventIdSchema,
  eventPageSchema,
  listQuerySchema,
  republishSchema,
} from './schemas.ts'

const forAdministrators = {
  access: requireRole('admin'),
  tag: 'events',
} as const

const params = z.object({ event_id: eventIdSchema })

export const listEventsRoute = declareRoute({
  ...forAdministrators,
  id: 'listEvents',
  method: 'get',
  path: '/events',
  gateway: { paths: ['/api/events'], limit: readLimit },
  summary: 'Events that could not be delivered',
  description: 'Oldest first, dead letters before what is parked. A page says where the next one begins.',
  query: listQuerySchema,
  answers: { 200: { description: 'A page of events', schema: eventPageSchema } },
  errors: ['unavailable'],
})

export const showEventRoute = declareRoute({
  ...forAdministrators,
  id: 'showEvent',
  method: 'get',
  path: '/events/{event_id}',
  gateway: { paths: ['/api/events/{event_id}'], limit: readLimit },
  summary: 'One event, with all of its body',
  params,
  answers: { 200: { description: 'The event', schema: eventEntrySchema } },
  errors: ['not_found', 'unavailable'],
})

export const replayEventRoute = declareRoute({
  ...forAdministrators,
  id: 'replayEvent',
  method: 'post',
  path: '/events/{event_id}/replay',
  gateway: { paths: ['/api/events/{event_id}/replay'], limit: changeLimit },
  summary: 'Deliver an event again',
  description: 'Under the same id: where it has taken effect already, it has none again.',
  params,
  answers: { 204: { description: 'It is on its way' } },
  errors: ['not_found', 'unavailable'],
})

export const discardEventRoute = declareRoute({
  ...forAdministrators,
  id: 'discardEvent',
  method: 'delete',
  path: '/events/{event_id}',
  gateway: { paths: ['/api/events/{event_id}'], limit: changeLimit },
  summary: 'Give an event up',
  description:
    'A dead letter or a parked event, for good. So that later events of its account do not wait for it, an ' +
    '`Account Snapshot` is sent in its place.',
  params,
  answers: { 204: { description: 'It is gone' } },
  errors: ['not_found', 'unavailable'],
})

export const republishEventsRoute = declareRoute({
  ...forAdministrators,
  id: 'republishEvents',
  method: 'post',
  path: '/events/republish',
  gateway: { paths: ['/api/events/republish'], limit: changeLimit },
  summary: 'Publish events of the past again',
  description:
    'For a queue that was lost. Published events are kept for a week, and have no effect where they had it already.',
  body: republishSchema,
  answers: {
    200: {
      description: 'How many are published again',
      schema: z.strictObject({ events: z.int() }).meta({ id: 'Republished' }),
    },
  },
  errors: ['unavailable'],
})

export const createListEventsHandler =
  ({ listEvents }: { listEvents: ListEvents }): RouteHandler<typeof listEventsRoute, Caller> =>
  async ({ query }) => {
    const { entries, next } = await listEvents(query)
    return { status: 200, body: { events: entries.map(presentEntry), next_cursor: next } }
  }

export const createShowEventHandler =
  ({ findEvent }: { findEvent: FindEvent }): RouteHandler<typeof showEventRoute, Caller> =>
  async ({ params: { event_id } }) => ({ status: 200, body: presentEntry(await findEvent(event_id)) })

export const createReplayEventHandler =
  ({ replayEvent }: { replayEvent: ReplayEvent }): RouteHandler<typeof replayEventRoute, Caller> =>
  async (input) => {
    await replayEvent(input.params.event_id, actorOf(input))
    return { status: 204 }
  }

export const createDiscardEventHandler =
  ({ discardEvent }: { discardEvent: DiscardEvent }): RouteHandler<typeof discardEventRoute, Caller> =>
  async (input) => {
    await discardEvent(input.params.event_id, actorOf(input))
    return { status: 204 }
  }

export const createRepublishEventsHandler =
  ({
    republishEvents,
  }: {
    republishEvents: RepublishEvents
  }): RouteHandler<typeof republishEventsRoute, Caller> =>
  async (input) => {
    const { since, account_id: accountId, parked } = input.body
    const which = { since, accountId, parked }
    return { status: 200, body: await republishEvents(which, actorOf(input)) }
  }

const actorOf = ({
  caller,
  request,
}: {
  caller: Caller
  request: Parameters<typeof originOf>[0]
}): Actor => ({ actorId: caller.userId, origin: originOf(request) })
