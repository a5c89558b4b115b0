import { Column, is, Param, Placeholder, SQL } from 'drizzle-orm'
import { type Queries, runnerOf } from './queries.ts'

interface Scope<Tables> {
  query: Queries
  tables: Tables
}

/** What every finished query of drizzle's can do. */
interface Built<Rows> {
  toSQL(): { sql: string; params: unknown[] }
  prepare(name: string): { execute(): Promise<Rows> }
}

type Values = Readonly<Record<string, unknown>>

interface Compiled {
  text: string
  parameters: readonly ((given: Values) => unknown)[]
  read: (row: unknown[]) => unknown
}

/**
 * A statement whose text is built once for a database, however often and on whatever handle it runs: building it costs
 * more than asking it. Inside, `given` stands for values that each call brings.
 */
export const defineStatement = <Tables extends object, Given extends object, Rows>(
  build: (scope: Scope<Tables>, given: Given) => Built<Rows>,
) => {
  const compiled = new WeakMap<Tables, Compiled>()
  const compiledFor = (scope: Scope<Tables>) => {
    const known = compiled.get(scope.tables)
    if (known) return known
    const made = compile(build(scope, placeholders as Given))
    compiled.set(scope.tables, made)
    return made
  }
  return async (scope: Scope<Tables>, given: Given): Promise<Rows> => {
    const { text, parameters, read } = compiledFor(scope)
    const values = parameters.map((valueOf) => valueOf(given as Values))
    const rows = await runnerOf(scope.query).run(text, values)
    return rows.map(read) as Rows
  }
}

const placeholders: object = new Proxy({}, { get: (_, name) => new Placeholder(String(name)) })

const compile = (built: Built<unknown>): Compiled => {
  const { sql: text, params } = built.toSQL()
  const fields = Reflect.get(built.prepare('statement'), 'fields') as SelectedField[] | undefined
  return { text, parameters: params.map(valueOf), read: createReader(fields ?? []) }
}

const valueOf = (parameter: unknown): Compiled['parameters'][number] => {
  if (is(parameter, Placeholder)) {
    const { name } = parameter
    return (given) => given[name]
  }
  if (!is(parameter, Param) || !is(parameter.value, Placeholder)) return () => parameter
  const { encoder } = parameter
  const { name } = parameter.value
  return (given) => {
    const value = given[name]
    return value === null || value === undefined ? null : encoder.mapToDriverValue(value)
  }
}

/** As drizzle keeps what a query selects. */
interface SelectedField {
  path: readonly string[]
  field: Column | SQL | SQL.Aliased
}

interface Decoder {
  mapFromDriverValue(value: unknown): unknown
}

/** What lies in an object of its own is of a joined table: nothing but nulls means that it has no such row. */
const createReader = (fields: readonly SelectedField[]): Compiled['read'] => {
  const columns = fields.map(({ path: [name = '', inner], field }) => ({
    ...{ name, inner },
    decoder: decoderOf(field),
  }))
  const groups = new Set(columns.filter(({ inner }) => inner !== undefined).map(({ name }) => name))
  return (row) => {
    const result: Record<string, unknown> = {}
    for (const name of groups) result[name] = {}
    for (let index = 0; index < columns.length; index += 1) {
      const { name, inner, decoder } = columns[index] as (typeof columns)[number]
      const raw = row[index] ?? null
      const value = raw === null ? null : decoder.mapFromDriverValue(raw)
      if (inner === undefined) result[name] = value
      else (result[name] as Record<string, unknown>)[inner] = value
    }
    for (const name of groups)
      if (Object.values(result[name] as object).every((value) => value === null)) result[name] = null
    return result
  }
}

const decoderOf = (field: SelectedField['field']): Decoder => {
  if (is(field, Column)) return field
  return Reflect.get(is(field, SQL.Aliased) ? field.sql : field, 'decoder') as Decoder
}
