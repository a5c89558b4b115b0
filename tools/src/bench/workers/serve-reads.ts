// What Node can serve at most: its bare HTTP server, the query that the route stands on, and the same answer.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import { answerParent } from './answer-parent.ts'

export interface Serving {
  read: 'me' | 'profile'
  databaseFile: string
}

export interface Served {
  port: number
}

type Row = Record<string, unknown>

interface Read {
  /** Whose rows are read in turn: who asks is not taken from the token, and each is as much work for the database. */
  everyone: string
  query: string
  answer: (row: Row) => object
}

const reads: Record<Serving['read'], Read> = {
  me: {
    everyone: 'select access_token_id as one, id as other from sessions order by id',
    query: `
      select auth_info.id, login, email, display_name, is_active, security_version, sessions.id as session_id
      from sessions
      inner join auth_info on auth_info.id = sessions.user_id
      left join token_blacklist on token_blacklist.jti = ?
      where sessions.id = ? and sessions.ended_at is null and auth_info.is_active = 1 and token_blacklist.id is null`,
    answer: ({ id, login, email, is_active, session_id }) => ({
      user: { id, login, email, is_active: is_active === 1 },
      roles: ['user'],
      permissions: [],
      session_id,
    }),
  },
  profile: {
    everyone: `select 'no-session' as one, auth_id as other from account_states order by auth_id`,
    query: `
      select user_profiles.id, user_profiles.auth_id, display_name, bio, user_profiles.is_active, security_version,
        revoked_sessions.session_id
      from account_states
      left join user_profiles on user_profiles.auth_id = account_states.auth_id
      left join revoked_sessions on revoked_sessions.session_id = ?
      where account_states.auth_id = ?`,
    answer: ({ id, auth_id, display_name, bio, is_active }) => ({
      ...{ id, auth_id, display_name, bio },
      is_active: is_active === 1,
    }),
  },
}

answerParent(async ({ read, databaseFile }: Serving): Promise<Served> => {
  const { everyone, query, answer } = reads[read]
  const connection = await openSqliteFile(databaseFile, { readonly: true })
  const keys = connection.prepare<[], { one: unknown; other: unknown }>(everyone).all()
  const prepared = connection.prepare<[unknown, unknown], Row>(query)
  let served = 0
  const server = createServer((_request, response) => {
    const key = keys[served % keys.length]
    served += 1
    const row = key && prepared.get(key.one, key.other)
    if (!row) throw new Error('there is nothing to read')
    const body = JSON.stringify(answer(row))
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
