// What Node can serve at most: its bare HTTP server, the query that GET /me stands on, and the same answer.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import { answerParent } from './answer-parent.ts'

export interface Serving {
  databaseFile: string
}

export interface Served {
  port: number
}

interface Row {
  id: number
  login: string
  email: string
  is_active: number
}

const everySession = 'select id, access_token_id from sessions order by id'
const standing = `
  select auth_info.id, login, email, display_name, is_active, security_version, sessions.expires_at
  from sessions
  inner join auth_info on auth_info.id = sessions.user_id
  left join token_blacklist on token_blacklist.jti = ?
  where sessions.id = ? and sessions.ended_at is null and auth_info.is_active = 1 and token_blacklist.id is null`

answerParent(async ({ databaseFile }: Serving): Promise<Served> => {
  const connection = await openSqliteFile(databaseFile, { readonly: true })
  const sessions = connection.prepare<[], { id: string; access_token_id: string }>(everySession).all()
  const read = connection.prepare<[string, string], Row>(standing)
  let served = 0
  // Who asks is not read from the token: each session in turn is as much work for the database.
  const server = createServer((_request, response) => {
    const session = sessions[served % sessions.length]
    served += 1
    const row = session && read.get(session.access_token_id, session.id)
    if (!row) throw new Error('a session has ended')
    const body = JSON.stringify({
      user: { id: row.id, login: row.login, email: row.email, is_active: row.is_active === 1 },
      roles: ['user'],
      permissions: [],
      session_id: session.id,
    })
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    })
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port }
})
