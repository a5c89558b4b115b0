import { setTimeout as delay } from 'node:timers/promises'
import { type Connection, openConnection } from './workers/connection.ts'
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

/** So many a second, whether the ones before have been answered or not. */
export const registerSteadily = async (port: number, prefix: string, perSecond: number, seconds: number) => {
  const requests = Array.from({ length: Math.ceil(perSecond * seconds) }, (_, index) =>
    postBytes('/register', registration(`${prefix}_${index}`)),
  )
  const connections: Connection[] = []
  const free: Connection[] = []
  const open = async () => {
    const connection = await openConnection(port)
    connections.push(connection)
    return connection
  }
  const send = async (request: Buffer) => {
    const connection = free.pop() ?? (await open())
    const status = await new Promise<number>((onAnswer) => connection.send(request, onAnswer))
    if (status !== 201) throw new Error(`a registration was answered with ${status}`)
    free.push(connection)
  }

  const startedAt = performance.now()
  const sent: Promise<void>[] = []
  for (const [index, request] of requests.entries()) {
    const wait = startedAt + (index * 1_000) / perSecond - performance.now()
    if (wait > 0) await delay(wait)
    sent.push(send(request))
  }
  await Promise.all(sent)
  for (const connection of connections) connection.close()
}

/** The bytes of a request, made once: what is measured shares the machine with what measures. */
export const loginRequests = (people: readonly SignedIn[]): Buffer[] =>
  people.map(({ user }) => postBytes('/login', { login: user.login, password }))

export const bearerRequests = (what: string, people: readonly SignedIn[]): Buffer[] =>
  people.map(({ token_pair }) =>
    requestBytes(what, [`Authorization: Bearer ${token_pair.access_token.token}`]),
  )

const postBytes = (path: string, details: object) => {
  const body = JSON.stringify(details)
  const headers = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`]
  return requestBytes(`POST ${path}`, headers, body)
}

const requestBytes = (what: string, headers: readonly string[], body = '') =>
  Buffer.from([`${what} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', body].join('\r\n'))
