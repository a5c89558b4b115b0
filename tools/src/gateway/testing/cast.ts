import { defineTables } from '@accounts/auth-service/adapters/database/tables'
import { eq } from '@accounts/shared/database/operators'
import { openDatabase } from '@accounts/shared/database/open'
import { until } from '../../until.ts'
import type { Person } from '../../verify/world/people.ts'
import { readToken } from '../../verify/world/read-token.ts'
import { createWorld } from '../../verify/world/world.ts'

export type Who = 'user' | 'admin'

interface CastNeeds {
  /** Of the gateway. */
  url: string
  /** Of auth-service: nobody becomes an administrator through the API. */
  databaseUrl: string
}

/** Who sends the requests. Somebody new takes the place of whose session has ended. */
export const createCast = async ({ url, databaseUrl }: CastNeeds) => {
  const { call, people, statusOf, logout } = createWorld({ url })
  const { query, tables, close } = await openDatabase({ url: databaseUrl, defineTables })
  const present = new Map<Who, Person>()

  const introduce = async (who: Who) => {
    const person = await people.register()
    if (who === 'user') return person
    const grant = { userId: person.user.id, role: 'admin', grantedAt: new Date() }
    await query.insert(tables.userRoles).values(grant)
    return { ...person, ...(await people.login(person)) }
  }
  const play = async (who: Who) => {
    const person = present.get(who) ?? (await introduce(who))
    present.set(who, person)
    return person
  }

  let roles = 0
  /** A role with a name that nobody has heard of, or with this one. */
  const makeRole = async (name = `role_${(roles += 1)}`) => {
    const { token } = (await play('admin')).token_pair.access_token
    const body = { name, description: 'For a test', permissions: ['users:read'] }
    const { status, text } = await call('POST', '/api/roles', { token, body })
    if (status !== 201) throw new Error(`making a role was answered with ${status}: ${text}`)
    return name
  }
  // What the examples of the document speak of.
  await makeRole('support')

  const leaver = await people.register()
  await logout(leaver.token_pair)

  return {
    play,
    makeRole,
    /** The id of one more session of somebody. */
    otherSession: async (who: Who) => {
      const { token_pair } = await people.login(await play(who))
      return readToken(token_pair.access_token.token).claims['sid'] as string
    },
    newRole: () => `role_${(roles += 1)}`,
    /** An access token of a session that is over. */
    ended: leaver.token_pair.access_token.token,
    refreshed: (who: Who, pair: Person['token_pair']) => {
      const person = present.get(who)
      if (person !== undefined) present.set(who, { ...person, token_pair: pair })
    },
    /** After what may have ended sessions. */
    dismiss: async () => {
      for (const [who, { token_pair }] of present)
        if ((await statusOf(token_pair.access_token.token)) !== 200) present.delete(who)
    },
    /** The id of an event that an administrator can replay, or give up: one that had arrived before. */
    parkEvent: async () => {
      const { outbox } = tables
      const published = async () =>
        query.select({ id: outbox.id }).from(outbox).where(eq(outbox.state, 'published')).limit(1)
      const id = await until('an event has been published', async () => (await published())[0]?.id)
      await query
        .update(outbox)
        .set({ state: 'parked', publishedAt: null, parkedAt: new Date(), parkedReason: 'for a test' })
        .where(eq(outbox.id, id))
      return id
    },
    close,
  }
}

export type Cast = Awaited<ReturnType<typeof createCast>>
