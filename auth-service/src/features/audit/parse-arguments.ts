import { numberIn, readCommand, timeIn, type ValuesOf } from '../../command-line/arguments.ts'
import type { ChainHead } from '../../domain/audit-chain.ts'
import type { AuditFilter } from '../../audit-ports.ts'
import { type AuditCursor, readCursor } from './audit-cursor.ts'

export const programName = 'audit-log'

const mostAtATime = 500

export const usage = `Usage: ${programName} verify|list|show [--json]

  verify               follows the chain from its beginning, and names the first entry that is changed or missing
    --head POSITION:HASH   a head that was noted before: it has to be in the chain still
  list                 entries, newest first
    --action ACTION      what happened, such as "login refused"
    --user ID            the account it happened to
    --actor ID           the account that did it
    --since TIME         at that time or later, such as 2026-01-02T03:04:05Z
    --until TIME         before that time
    --limit N            how many: 1 to ${mostAtATime}, otherwise 50
    --after CURSOR       the page that comes after, as the page before it says
  show ID              one entry, with its details and its hash

Ends with 0 when it was done and the chain is intact, with 2 when the chain is not, with 1 when it could not be done.
`

const options = {
  verify: { head: { type: 'string' } },
  list: {
    action: { type: 'string' },
    user: { type: 'string' },
    actor: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    limit: { type: 'string' },
    after: { type: 'string' },
  },
  show: {},
} as const

export type AuditArguments = { json: boolean } & (
  | { command: 'verify'; head?: ChainHead | undefined }
  | { command: 'list'; filter: AuditFilter; limit: number; cursor?: AuditCursor | undefined }
  | { command: 'show'; id: number }
)

type Values = ValuesOf<typeof options>

export const parseArguments = (args: readonly string[]): AuditArguments => {
  const { command, json, values, positionals } = readCommand(options, args)
  if (command !== 'show' && positionals.length > 0) throw new Error(`${command} takes options only`)
  if (command === 'verify') return { json, command, head: headIn(values.head) }
  if (command === 'list') return { json, command, ...listArguments(values) }
  const [id, ...others] = positionals
  if (id === undefined || others.length > 0) throw new Error('show takes one ID')
  return { json, command, id: numberIn('ID', id) }
}

const headIn = (text: string | undefined): ChainHead | undefined => {
  if (text === undefined) return undefined
  const [, position, hash] = /^(\d{1,15}):([\da-f]{64})$/i.exec(text) ?? []
  if (position === undefined || hash === undefined)
    throw new Error('--head has to be POSITION:HASH, as verify has told it')
  return { position: Number(position), hash: hash.toLowerCase() }
}

const listArguments = ({ action, user, actor, since, until, limit = '50', after }: Values) => {
  const cursor = after === undefined ? undefined : readCursor(after)
  if (after !== undefined && cursor === undefined)
    throw new Error('--after has to be what the page before it has ended with')
  const filter: AuditFilter = {
    action,
    userId: user === undefined ? undefined : numberIn('--user', user),
    actorId: actor === undefined ? undefined : numberIn('--actor', actor),
    since: since === undefined ? undefined : timeIn('--since', since),
    until: until === undefined ? undefined : timeIn('--until', until),
  }
  return { filter, limit: numberIn('--limit', limit, mostAtATime), cursor }
}
