import type { AuditRecord } from '../../audit-ports.ts'
import { isInstant } from '../../domain/instant.ts'

/** The entry that a page ended with. */
export type AuditCursor = Pick<AuditRecord, 'id' | 'at'>

export const writeCursor = ({ id, at }: AuditCursor): string =>
  Buffer.from(`${at.getTime()}:${id}`).toString('base64url')

/** `undefined`: no page ended there. */
export const readCursor = (text: string): AuditCursor | undefined => {
  const [, time, id] = /^(-?\d{1,15}):(\d{1,15})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  const at = new Date(Number(time))
  return isInstant(at) ? { id: Number(id), at } : undefined
}
