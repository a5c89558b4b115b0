import { z } from 'zod'
import { ServiceError } from '../errors/service-error.ts'
import { createUnavailable } from '../errors/unavailable.ts'
import type { Logger } from '../logging/logger.ts'
import { createGate } from '../process/gate.ts'

interface IntrospectionNeeds {
  /** Of RFC 7662; nothing that a token says leads anywhere else. */
  url: string
  /** Who asks, in the log of whoever is asked. */
  name: string
  secret: string
  clock: () => Date
  logger?: Logger
  keepMilliseconds?: number
  maxKept?: number
  /** How many may be asked about at a time; whoever comes then gets a 503. */
  maxAsking?: number
  timeoutMilliseconds?: number
  fetch?: typeof globalThis.fetch
}

export interface Introspection {
  /** Throws `unavailable` when it can't be known. */
  isActive(token: string): Promise<boolean>
}

const answerSchema = z.object({ active: z.boolean() })

/** Asks whoever issued a token whether it is alive. For a while an answer serves everybody who has the same question. */
export const createIntrospection = ({
  clock,
  logger,
  keepMilliseconds = 5_000,
  maxKept = 5_000,
  maxAsking = 100,
  ...needs
}: IntrospectionNeeds): Introspection => {
  const answers = new Map<string, { active: Promise<boolean>; until: number }>()
  const gate = createGate({ name: 'introspection', places: maxAsking, maxWaiting: 0 })
  const ask = createQuestion(needs)
  let told = true

  const tell = (isAnswering: boolean, error?: unknown) => {
    const { url } = needs
    if (isAnswering !== told && isAnswering) logger?.info({ url }, 'tokens can be asked about again')
    if (isAnswering !== told && !isAnswering)
      logger?.warn({ url, err: error }, 'tokens cannot be asked about')
    told = isAnswering
  }

  const askNow = async (token: string) => {
    try {
      const active = await gate.enter(async () => ask(token))
      tell(true)
      return active
    } catch (error) {
      if (error instanceof ServiceError) throw error
      tell(false, error)
      throw createUnavailable('nobody can say whether the token is alive', error)
    }
  }

  const keep = (token: string, active: Promise<boolean>) => {
    const answer = { active, until: clock().getTime() + keepMilliseconds }
    // The oldest makes room: the order of a Map is that of insertion.
    answers.delete(token)
    const [oldest] = answers.keys()
    if (answers.size >= maxKept && oldest !== undefined) answers.delete(oldest)
    answers.set(token, answer)
    // That nobody could say is no answer to keep.
    active.catch(() => {
      if (answers.get(token) === answer) answers.delete(token)
    })
  }

  return {
    isActive: async (token) => {
      const known = answers.get(token)
      if (known && clock().getTime() < known.until) return known.active
      const active = askNow(token)
      keep(token, active)
      return active
    },
  }
}

type QuestionNeeds = Pick<IntrospectionNeeds, 'url' | 'name' | 'secret' | 'timeoutMilliseconds' | 'fetch'>

const createQuestion = ({
  url,
  name,
  secret,
  timeoutMilliseconds = 2_000,
  fetch = globalThis.fetch,
}: QuestionNeeds) => {
  const headers = {
    Accept: 'application/json',
    Authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
  }
  return async (token: string): Promise<boolean> => {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
    const text = await response.text()
    if (response.status !== 200) throw new Error(`answered with ${response.status}`)
    return answerSchema.parse(JSON.parse(text)).active
  }
}
