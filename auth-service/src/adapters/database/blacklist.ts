import type { Store } from '../../ports.ts'
import type { Scope } from './tables.ts'

export const createBlacklist = ({ query, tables: { tokenBlacklist } }: Scope): Store['blacklist'] => ({
  add: async (tokens, at) => {
    if (tokens.length === 0) return
    const rows = tokens.map(({ tokenId, userId, expiresAt }) => ({
      jti: tokenId,
      userId,
      expiresAt,
      blacklistedAt: at,
    }))
    await query.insert(tokenBlacklist).values(rows).onConflictDoNothing()
  },
})
