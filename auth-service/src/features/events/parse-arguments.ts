import { numberIn, readCommand, timeIn, type ValuesOf } from '../../command-line/arguments.ts'
import { type EventCursor, readCursor } from './event-cursor.ts'
import { type ListedKind, listedKinds } from './event-entry.ts'

const mostAtATime = 500

export const usage = `Usage: events COMMAND [--json]

  list                 events that could not be delivered, oldest first
    --kind KIND          dead: user-service could not handle it; parked: it could not be sent;
                         waiting: it will be. Otherwise what is dead or parked
    --limit N            how many: 1 to ${mostAtATime}, otherwise 50
    --after CURSOR       the page that comes after, as the page before it says
  show ID              one event, with its headers and its body
  replay ID            delivers it again, under the same id
    --all                in place of ID: everything that is dead or parked
  discard ID           gives up a dead letter or a parked event; a snapshot of its account is sent in its place
  republish            sends again what was published, under the same ids: for a queue that was lost
    --since TIME         published since then, such as 2026-01-02T03:04:05Z
    --account ID         only those of one account
    --parked             also those that could not be sent

Ends with 0 when it was done, with 1 when not.
`

const options = {
  list: { kind: { type: 'string' }, limit: { type: 'string' }, after: { type: 'string' } },
  show: {},
  replay: { all: { type: 'boolean' } },
  discard: {},
  republish: { since: { type: 'string' }, account: { type: 'string' }, parked: { type: 'boolean' } },
} as const

export type EventsArguments = { json: boolean } & (
  | { command: 'list'; kind?: ListedKind | undefined; limit: number; cursor?: EventCursor | undefined }
  | { command: 'show' | 'replay' | 'discard'; id: string }
  | { command: 'replay all' }
  | { command: 'republish'; since: Date; accountId?: number | undefined; parked: boolean }
)

type Values = ValuesOf<typeof options>

export const parseArguments = (args: readonly string[]): EventsArguments => {
  const { command, json, values, positionals } = readCommand(options, args)
  const [id, ...others] = positionals
  const takesId = ['show', 'replay', 'discard'].includes(command) && !values.all
  if (others.length > 0 || (id !== undefined) !== takesId)
    throw new Error(
      takesId ? `${command} takes one ID` : `${command}${values.all ? ' --all' : ''} takes no ID`,
    )
  if (command === 'list') return { json, command, ...listArguments(values) }
  if (command === 'republish') return { json, command, ...republishArguments(values) }
  return values.all ? { json, command: 'replay all' } : { json, command, id: id ?? '' }
}

const listArguments = ({ kind, limit = '50', after }: Values) => {
  const known = listedKinds.find((listed) => listed === kind)
  if (kind !== undefined && known === undefined)
    throw new Error(`--kind has to be one of ${listedKinds.join(', ')}`)
  const cursor = after === undefined ? undefined : readCursor(after)
  if (after !== undefined && cursor === undefined)
    throw new Error('--after has to be what the page before it has ended with')
  return { kind: known, limit: numberIn('--limit', limit, mostAtATime), cursor }
}

const republishArguments = ({ since, account, parked = false }: Values) => ({
  since: timeIn('--since', since),
  accountId: account === undefined ? undefined : numberIn('--account', account),
  parked,
})
