import { StartError } from '../errors/start-error.ts'
import { type Engine, type EngineOptions, defaultEngineOptions } from './engine.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

/** The scheme of the URL alone decides which engine it is; its driver is loaded only then. */
export const openEngine = async (url: string, options: Partial<EngineOptions> = {}): Promise<Engine> => {
  const allOptions = { ...defaultEngineOptions, ...options }
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase()
  switch (scheme) {
    case 'sqlite:':
      return openSqlite(fileOf(url), allOptions)
    case 'postgres:':
    case 'postgresql:':
      if (!URL.canParse(url))
        throw new StartError('the database URL cannot be read: write special characters as %XX')
      return openPostgres(url, allOptions)
    default:
      throw new StartError(
        `the database URL begins with "${scheme ?? 'no scheme'}": write sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME`,
      )
  }
}

const fileOf = (url: string) => {
  const file = url.slice('sqlite:'.length)
  if (file === '' || file.startsWith('//') || file.startsWith(':'))
    throw new StartError(
      'the database URL names no SQLite file: write sqlite:PATH, such as sqlite:./data/accounts.db',
    )
  return file
}
