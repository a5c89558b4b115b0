import { type ListedKind, listedKinds } from './event-entry.ts'

/** Where a page of events ended; without `after`, before the first of its kind. */
export interface EventCursor {
  kind: ListedKind
  after?: string
}

export const writeCursor = ({ kind, after }: EventCursor): string =>
  Buffer.from(after === undefined ? kind : `${kind}:${after}`).toString('base64url')

/** `undefined`: no page ended there. */
export const readCursor = (text: string): EventCursor | undefined => {
  const [name, ...rest] = Buffer.from(text, 'base64url').toString().split(':')
  const kind = listedKinds.find((listed) => listed === name)
  const after = rest.join(':')
  if (kind === undefined) return undefined
  if (rest.length === 0) return { kind }
  if (after.includes('\0') || (kind !== 'dead' && !/^\d{1,15}$/.test(after))) return undefined
  return { kind, after }
}
