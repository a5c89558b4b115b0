import { type Column, sql } from 'drizzle-orm'

/**
 * The part of drizzle's language that means the same on both dialects; services write their queries with nothing else.
 * From here also because a second copy of drizzle, which a dependency of their own would be, has types of its own.
 */
export {
  aliasedTable,
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNull,
  lt,
  lte,
  ne,
  notExists,
  notInArray,
  or,
  Placeholder,
  type SQL,
} from 'drizzle-orm'

/** To set a column to: what it holds when the row is written, and one more. */
export const oneMoreThan = (column: Column) => sql`${column} + 1`
