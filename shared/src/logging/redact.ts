const secretNames = new Set([
  'password',
  'current_password',
  'new_password',
  'hashed_password',
  'hash',
  'token',
  'access_token',
  'refresh_token',
  'private_key',
  'secret',
  'authorization',
  'cookie',
  'set-cookie',
])

const maxDepth = 3

type Facts = Record<string, unknown>

/** A safety net three levels deep; nothing is meant to log a secret in the first place. */
export const redact = (facts: Facts): Facts => redactIn(facts, maxDepth) as Facts

const redactIn = (value: unknown, depth: number): unknown => {
  // Errors have a serializer of their own.
  if (typeof value !== 'object' || value === null || depth === 0 || value instanceof Error) return value
  if (Array.isArray(value)) return value.map((item) => redactIn(item, depth - 1))
  let copy: Facts | undefined
  for (const name of Object.keys(value)) {
    const member = (value as Facts)[name]
    const shown = secretNames.has(name) && member !== undefined ? '[redacted]' : redactIn(member, depth - 1)
    if (shown === member) continue
    copy ??= { ...value }
    copy[name] = shown
  }
  return copy ?? value
}
