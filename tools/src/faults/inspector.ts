import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import connect from 'postgres'
import { until } from '../until.ts'

type Row = Record<string, unknown>

/** A database seen past the service it belongs to. */
export interface Inspector {
  all<Shape = Row>(query: string): Promise<Shape[]>
  run(statement: string): Promise<void>
  /** Nobody else can change the table (in SQLite: any table) until it is let go. */
  hold(table: string): Promise<() => Promise<void>>
  close(): Promise<void>
}

export const openInspector = async (url: string): Promise<Inspector> =>
  url.startsWith('sqlite:') ? inspectSqlite(url.slice('sqlite:'.length)) : inspectPostgres(url)

const inspectSqlite = async (file: string): Promise<Inspector> => {
  const open = async () => openSqliteFile(file, { fileMustExist: true, timeout: 5_000 })
  const connection = await until(`${file} is there`, async () => open().catch(() => undefined))
  return {
    all: async <Shape>(query: string) => connection.prepare(query).all() as Shape[],
    run: async (statement) => void connection.exec(statement),
    hold: async () => {
      const holder = await open()
      holder.exec('begin immediate')
      return async () => {
        holder.exec('rollback')
        holder.close()
      }
    },
    close: async () => void connection.close(),
  }
}

const inspectPostgres = (url: string): Inspector => {
  const sql = connect(url, { max: 2, connect_timeout: 10, onnotice: () => {} })
  return {
    all: async <Shape>(query: string) => (await sql.unsafe(query)) as unknown as Shape[],
    run: async (statement) => void (await sql.unsafe(statement)),
    hold: async (table) => {
      const holder = await sql.reserve()
      await holder.unsafe(`begin; lock table ${table} in exclusive mode`)
      return async () => {
        await holder.unsafe('rollback')
        holder.release()
      }
    },
    close: async () => sql.end({ timeout: 5 }),
  }
}
