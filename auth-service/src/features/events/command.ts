import { ServiceError } from '@accounts/shared/errors/service-error'
import { type CommandAnswer, defineCommand } from '../../command-line/command.ts'
import { reasonOf as plainReasonOf } from '../../command-line/reason.ts'
import { nowhere } from '../../domain/audit.ts'
import { presentEntry } from './event-entry.ts'
import { eventTable, eventText } from './event-text.ts'
import { type EventsArguments, parseArguments, usage } from './parse-arguments.ts'
import type { EventUseCases } from './use-cases.ts'

// Nobody in particular: who may run commands may do anything.
const actor = { origin: nowhere }

const run = async (parsed: EventsArguments, useCases: EventUseCases): Promise<CommandAnswer> => {
  switch (parsed.command) {
    case 'list': {
      const { entries, next } = await useCases.listEvents(parsed)
      const hint = next === null ? '' : `\nmore: events list --after ${next}`
      return {
        text: entries.length === 0 ? 'there are none' : `${eventTable(entries)}${hint}`,
        json: { events: entries.map(presentEntry), next_cursor: next },
      }
    }
    case 'show': {
      const entry = await useCases.findEvent(parsed.id)
      return { text: eventText(entry), json: presentEntry(entry) }
    }
    case 'replay':
      await useCases.replayEvent(parsed.id, actor)
      return { text: 'it is on its way', json: { replayed: parsed.id } }
    case 'replay all': {
      const { dead, parked } = await useCases.replayAllEvents(actor)
      return {
        text: `on their way: ${dead} dead letters and ${parked} parked events`,
        json: { dead, parked },
      }
    }
    case 'discard':
      await useCases.discardEvent(parsed.id, actor)
      return { text: 'it is gone', json: { discarded: parsed.id } }
    // republish
    default: {
      const { since, accountId, parked } = parsed
      const { events } = await useCases.republishEvents({ since, accountId, parked }, actor)
      return { text: `${events} events are published again`, json: { events } }
    }
  }
}

/** Of a failed query only what is no value of it. */
const reasonOf = (error: unknown, parsed: EventsArguments): string => {
  if (error instanceof ServiceError && error.code === 'not_found')
    return error.detail ?? `there is no event ${'id' in parsed ? parsed.id : ''}`
  return plainReasonOf(error)
}

export const createEventsCommand = defineCommand({
  name: 'events',
  usage,
  parse: parseArguments,
  run,
  reasonOf,
})
