import { and, type Column, eq, gt, is, lte, type Placeholder, type SQL, sql } from 'drizzle-orm'
import { PgColumn } from 'drizzle-orm/pg-core'

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

type Value = boolean | number | string

/**
 * Of what is ordered by both columns, the rows after the place with these values. As one comparison it says where in
 * their index to begin, which two joined by `or` do not.
 */
export const isAfter = (columns: readonly [Column, Column], place: readonly [Value, Value]): SQL => {
  const [one, other] = columns
  return sql`(${one}, ${other}) > (${sql.param(place[0], one)}, ${sql.param(place[1], other)})`
}

/**
 * The first column is, and the second is above. To be ordered by both: then PostgreSQL reads their index and no other.
 * Of an equality it believes that the value is as frequent everywhere, and reads a whole table by the order of ids where
 * it is not.
 */
export const isAndAfter = (
  columns: readonly [Column, Column],
  [value, after]: readonly [Value, Value],
): SQL | undefined => {
  const [one, other] = columns
  return is(one, PgColumn)
    ? and(isAfter(columns, [value, after]), lte(one, value))
    : and(eq(one, value), gt(other, after))
}

/**
 * A limit that is written into the statement, so that PostgreSQL plans for it: one among the values is taken for a tenth
 * of all rows, which makes it plan each time anew, or for reading everything.
 */
export const plannedLimit = (rows: number) => sql.raw(String(rows)) as unknown as Placeholder
