import type { Dialect } from '@accounts/shared/database/columns'
import type { Run } from '@accounts/shared/database/engine'
import { openEngine } from '@accounts/shared/database/open-engine'

/** A schema as sorted lines, each a fact such as `samples.label text not null`: easy to compare and to read. */
export type Shape = string[]

interface Column {
  table: string
  name: string
  type: string
  isRequired: boolean
  hasDefault: boolean
}

const columnLine = ({ table, name, type, isRequired, hasDefault }: Column) =>
  [`${table}.${name}`, type, isRequired && 'not null', hasDefault && 'default'].filter(Boolean).join(' ')

const indexLine = (table: string, name: string, isUnique: boolean, columns: string) =>
  `${table} ${isUnique ? 'unique ' : ''}index ${name} (${columns})`

const referenceLine = (table: string, columns: string, target: string, onDelete = 'no action') =>
  `${table} (${columns}) references ${target} on delete ${onDelete}`

/** The part of drizzle-kit's description of a schema that counts here; it is nearly the same for both dialects. */
interface SchemaJson {
  tables: Record<
    string,
    {
      name: string
      columns: Record<
        string,
        { name: string; type: string; notNull: boolean; default?: unknown; primaryKey: boolean }
      >
      indexes: Record<
        string,
        { name: string; isUnique: boolean; columns: (string | { expression: string })[] }
      >
      foreignKeys: Record<string, { columnsFrom: string[]; tableTo: string; onDelete?: string | undefined }>
    }
  >
}

/** Types are what the dialects differ in; without them the lines of both have to be the same. */
export const shapeOfSchema = ({ tables }: SchemaJson, { withTypes }: { withTypes: boolean }): Shape =>
  Object.values(tables)
    .flatMap(({ name: table, columns, indexes, foreignKeys }) => [
      ...Object.values(columns).map(({ name, type, notNull, primaryKey, ...column }) =>
        columnLine({
          table,
          name,
          type: withTypes ? type.replace(' (', '(') : '',
          isRequired: notNull || primaryKey,
          hasDefault: column.default !== undefined,
        }),
      ),
      ...Object.values(indexes).map((index) => {
        const names = index.columns.map((column) => (typeof column === 'string' ? column : column.expression))
        return indexLine(table, index.name, index.isUnique, names.join(','))
      }),
      ...Object.values(foreignKeys).map(({ columnsFrom, tableTo, onDelete }) =>
        referenceLine(table, columnsFrom.join(','), tableTo, onDelete),
      ),
    ])
    .toSorted()

/** The same facts asked of a real database. */
export const shapeOfDatabase = async (url: string): Promise<Shape> => {
  const engine = await openEngine(url, { poolSize: 1 })
  try {
    const { columns, indexes, references } = questions[engine.dialect]
    return [
      ...(await ask(engine.run, columns)).map(([table, name, type, isRequired, hasDefault]) =>
        columnLine({
          table: String(table),
          name: String(name),
          type: String(type),
          isRequired: Boolean(isRequired),
          hasDefault: Boolean(hasDefault),
        }),
      ),
      ...(await ask(engine.run, indexes)).map(([table, name, isUnique, names]) =>
        indexLine(String(table), String(name), Boolean(isUnique), String(names)),
      ),
      ...(await ask(engine.run, references)).map(([table, names, target, onDelete]) =>
        referenceLine(String(table), String(names), String(target), String(onDelete).toLowerCase()),
      ),
    ].toSorted()
  } finally {
    await engine.close()
  }
}

const ask = async (run: Run, question: string) =>
  (await run(question, [])).filter(([table]) => table !== 'schema_migrations')

const questions: Record<Dialect, { columns: string; indexes: string; references: string }> = {
  sqlite: {
    columns: `select t.name, c.name, lower(c.type), c."notnull" or c.pk > 0, c.dflt_value is not null
      from sqlite_master t join pragma_table_info(t.name) c
      where t.type = 'table' and t.name not like 'sqlite_%'`,
    indexes: `select t.name, i.name, i."unique", group_concat(c.name)
      from sqlite_master t join pragma_index_list(t.name) i join pragma_index_info(i.name) c
      where t.type = 'table' and i.origin <> 'pk' group by t.name, i.name`,
    references: `select t.name, group_concat(f."from"), f."table", f.on_delete
      from sqlite_master t join pragma_foreign_key_list(t.name) f where t.type = 'table' group by t.name, f.id`,
  },
  postgres: {
    columns: `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.atthasdef
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`,
    indexes: `select t.relname, c.relname, i.indisunique,
        (select string_agg(a.attname, ',' order by k.place) from unnest(i.indkey) with ordinality k(number, place)
           join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number)
      from pg_index i join pg_class t on t.oid = i.indrelid join pg_class c on c.oid = i.indexrelid
      where t.relnamespace = 'public'::regnamespace and not i.indisprimary`,
    references: `select t.relname,
        (select string_agg(a.attname, ',' order by k.place) from unnest(f.conkey) with ordinality k(number, place)
           join pg_attribute a on a.attrelid = t.oid and a.attnum = k.number),
        r.relname, case f.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default'
          when 'r' then 'restrict' else 'no action' end
      from pg_constraint f join pg_class t on t.oid = f.conrelid join pg_class r on r.oid = f.confrelid
      where f.contype = 'f' and t.relnamespace = 'public'::regnamespace`,
  },
}
