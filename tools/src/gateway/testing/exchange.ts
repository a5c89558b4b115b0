import { type Answer, send } from '@accounts/gateway/suite/client'
import type { ArbitraryRequest } from '@accounts/shared/testing/arbitrary-requests'
import { newLogin, newPassword, type TokenPair } from '../../verify/world/people.ts'
import type { Cast, Who } from './cast.ts'
import type { Operation } from './operations.ts'

export type SentRequest = Omit<ArbitraryRequest, 'authorization'> & { authorization: string | undefined }

/** Sends a request as one of the cast, and keeps the cast in step with what that has changed. */
export type Exchange = (operation: Operation, request: SentRequest, who: Who) => Promise<Answer>

export const createExchange =
  ({ url, cast }: { url: string; cast: Cast }): Exchange =>
  async (operation, request, who) => {
    const fill = createFilling(cast, who)
    const segments = [...request.segments]
    const path = operation.path.replaceAll(/\{\w+\}/g, () => segments.shift() ?? '')
    const { contentType = '', bytes } = request.body ?? {}
    const body = bytes === undefined ? undefined : Buffer.from(await fill(bytes), 'latin1')
    const headers = {
      ...request.headers,
      ...(request.authorization !== undefined && { Authorization: request.authorization }),
      ...(contentType !== '' && { 'Content-Type': contentType }),
    }
    const target = await fill(request.query === '' ? path : `${path}?${request.query}`)
    if (target.includes('{{')) throw new Error(`nobody knows what to put into ${target}`)
    const answer = await send(url, {
      method: operation.method,
      path: target,
      headers: JSON.parse(await fill(JSON.stringify(headers))) as Record<string, string>,
      ...(body && { body: request.isChunked ? [body] : body }),
    })
    if (answer.status < 300) await keepInStep({ cast, operation, answer, who })
    return answer
  }

/** What stands in braces, looked up once for each request and only where it does. */
const createFilling = (cast: Cast, who: Who) => {
  const access = async () => (await cast.play(who)).token_pair.access_token.token
  const sources: Readonly<Record<string, () => Promise<string>>> = {
    access,
    refresh: async () => (await cast.play(who)).token_pair.refresh_token.token,
    tampered: async () => tamper(await access()),
    ended: async () => cast.ended,
    login: async () => (await cast.play(who)).login,
    password: async () => (await cast.play(who)).password,
    new_login: async () => newLogin(),
    new_password: async () => newPassword,
    now: async () => new Date().toISOString(),
    user_id: async () => String((await cast.play('user')).user.id),
    event_id: async () => cast.parkEvent(),
    session_id: async () => cast.otherSession(who),
    name: async () => cast.makeRole(),
    new_role: async () => cast.newRole(),
  }
  const values = new Map<string, string>()

  return async (text: string) => {
    for (const [, name = ''] of text.matchAll(/\{\{(\w+)\}\}/g)) {
      const source = sources[name]
      if (source !== undefined && !values.has(name)) values.set(name, await source())
    }
    return text.replaceAll(/\{\{(\w+)\}\}/g, (asItIs, name: string) => values.get(name) ?? asItIs)
  }
}

/** Another signature. Of the last character not every bit counts. */
const tamper = (token: string) => {
  const at = token.length - 20
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

// Where they succeed a session may be over, as by what administrators change; by anything else a living token stays one.
const endings = ['logout', 'deactivateOwnAccount', 'changePassword', 'endSession', 'endOtherSessions']

const mayEndSessions = ({ id, method, access }: Operation) =>
  endings.some((ending) => id.startsWith(ending)) || (access === 'administrators' && method !== 'GET')

interface Step {
  cast: Cast
  operation: Operation
  answer: Answer
  who: Who
}

const keepInStep = async ({ cast, operation, answer, who }: Step) => {
  if (mayEndSessions(operation)) await cast.dismiss()
  const pair = (answer.text === '' ? {} : JSON.parse(answer.text)) as Partial<TokenPair>
  if (pair.access_token && pair.refresh_token) cast.refreshed(who, pair as TokenPair)
}
