/** An entry of the audit log, as it stands in the database. */
export interface AuditRow {
  id: number
  at: Date
  action: string
  reason: string | null
  userId: number | null
  actorId: number | null
  sessionId: string | null
  ip: string | null
  requestId: string | null
  details: Readonly<Record<string, unknown>> | null
}

export interface ChainedRow extends AuditRow {
  position: number
  hash: string | null
}

/** Where a chain ends: its hash stands for everything up to there. */
export interface ChainHead {
  position: number
  hash: string
}

export interface ChainLink extends ChainHead {
  id: number
}

/** SHA-256, in hexadecimal. */
export type Digest = (text: string) => string

export const emptyChain: ChainHead = { position: 0, hash: '0'.repeat(64) }

/** - `surplus`: what stands at that position is not part of any chain */
export type ChainFault =
  | { kind: 'changed' | 'surplus'; position: number; id: number }
  | { kind: 'missing'; position: number; next: { position: number; id: number } }

/** What a hash is of: JSON without blanks, whose members never change their order. Null stands for what is not there. */
export const canonicalText = (previous: ChainHead, row: AuditRow): string =>
  JSON.stringify([
    previous.position + 1,
    previous.hash,
    row.id,
    row.at,
    row.action,
    row.reason,
    row.userId,
    row.actorId,
    row.sessionId,
    row.ip,
    row.requestId,
    inOrder(row.details),
  ])

/** Databases keep members in an order of their own. */
const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]))
}

const nextHead = (previous: ChainHead, row: AuditRow, digest: Digest): ChainHead => ({
  position: previous.position + 1,
  hash: digest(canonicalText(previous, row)),
})

/** The positions and hashes of rows that come next. */
export const linkRows = (head: ChainHead, rows: readonly AuditRow[], digest: Digest): ChainLink[] => {
  let last = head
  return rows.map((row) => {
    last = nextHead(last, row, digest)
    return { id: row.id, ...last }
  })
}

/** Rows in the order of their positions, the first of which follows the head; ends at the first that does not fit. */
export const checkRows = (
  head: ChainHead,
  rows: readonly ChainedRow[],
  digest: Digest,
): { head: ChainHead; fault: ChainFault | null } => {
  let last = head
  for (const row of rows) {
    const { position, id } = row
    const next = nextHead(last, row, digest)
    if (position > next.position)
      return { head: last, fault: { kind: 'missing', position: next.position, next: { position, id } } }
    if (position < next.position) return { head: last, fault: { kind: 'surplus', position, id } }
    if (row.hash !== next.hash) return { head: last, fault: { kind: 'changed', position, id } }
    last = next
  }
  return { head: last, fault: null }
}
