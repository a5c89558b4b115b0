import type { AccountPlace } from '../../ports.ts'

export const writePlace = ({ id, key }: AccountPlace): string =>
  Buffer.from(key === undefined ? String(id) : `${id}:${key}`).toString('base64url')

/** `undefined`: no page ended there. */
export const readPlace = (text: string): AccountPlace | undefined => {
  const [, id, key] =
    /^([1-9]\d{0,14})(?::((?:[0-9a-f]{2})+))?$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  return id === undefined ? undefined : { id: Number(id), key }
}
