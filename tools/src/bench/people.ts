import { setTimeout as delay } from 'node:timers/promises'
import { password, registration, type SignedIn } from '@accounts/auth-service/testing/people'

/** Everybody has an account of their own, and is signed in. */
export const registerPeople = async (url: string, count: number, prefix = 'person'): Promise<SignedIn[]> => {
  const people: SignedIn[] = []
  const waiting = Array.from({ length: count }, (_, index) => `${prefix}_${index}`)
  const registerNext = async () => {
    for (let login = waiting.pop(); login !== undefined; login = waiting.pop())
      people.push(await register(url, login))
  }
  await Promise.all(Array.from({ length: atATime }, registerNext))
  return people
}

const atATime = 16
const answerTimeoutMilliseconds = 30_000

export const register = async (url: string, login: string, details: object = {}): Promise<SignedIn> =>
  post(`${url}/register`, { ...registration(login), ...details })

export const signIn = async (url: string, login: string): Promise<SignedIn> =>
  post(`${url}/login`, { login, password })

const post = async (url: string, body: object): Promise<SignedIn> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerTimeoutMilliseconds),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as SignedIn
}

/** So many a second, whether the ones before have been answered or not. Says how many. */
export const registerSteadily = async (url: string, prefix: string, perSecond: number, seconds: number) => {
  const count = Math.ceil(perSecond * seconds)
  const startedAt = performance.now()
  const registering: Promise<SignedIn>[] = []
  for (let index = 0; index < count; index += 1) {
    const wait = startedAt + (index * 1_000) / perSecond - performance.now()
    if (wait > 0) await delay(wait)
    registering.push(register(url, `${prefix}_${index}`))
  }
  await Promise.all(registering)
  return count
}

/** The bytes of a request, made once: what is measured shares the machine with what measures. */
export const loginRequests = (people: readonly SignedIn[]): Buffer[] =>
  people.map(({ user }) => {
    const body = JSON.stringify({ login: user.login, password })
    return requestBytes(
      'POST /login',
      ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`],
      body,
    )
  })

export const bearerRequests = (what: string, people: readonly SignedIn[]): Buffer[] =>
  people.map(({ token_pair }) =>
    requestBytes(what, [`Authorization: Bearer ${token_pair.access_token.token}`]),
  )

const requestBytes = (what: string, headers: readonly string[], body = '') =>
  Buffer.from([`${what} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', body].join('\r\n'))
