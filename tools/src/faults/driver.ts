import { setTimeout as delay } from 'node:timers/promises'
import type { SignedIn } from '@accounts/auth-service/testing/people'
import type { Entry, Ledger } from './ledger.ts'
import type { Random } from './random.ts'

export interface DriveNeeds {
  authUrls: readonly string[]
  userUrl: string
  ledger: Ledger
  random: Random
  /** What an account does after it was registered, each with its probability. */
  habits?: Partial<Record<'readProfile' | 'changePassword' | 'signOut' | 'deactivate', number>>
}

interface Answer {
  status: number
  body: Partial<SignedIn> & { code?: string; display_name?: string }
}

const password = (changes: number) => `SecurePass${123 + changes}!`
const retryMilliseconds = 25
const patienceMilliseconds = 120_000
const displayNames = ['John Doe', 'Анна Мария', 'José Ñandú', '愛 子子', 'Zoë Müller']

/** Clients that never give up: each request is sent again until somebody answers it. Every 2xx goes into the ledger. */
export const createDriver = ({ authUrls, userUrl, ledger, random, habits = {} }: DriveNeeds) => {
  let turn = 0
  let ended = false
  const authUrl = () => authUrls[(turn += 1) % authUrls.length] ?? ''

  const ask = async (url: string, path: string, method: string, body?: object, token?: string) => {
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(body && { 'Content-Type': 'application/json' }),
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Answer['body']) }
    } catch {
      return undefined
    }
  }

  /** The first answer that is one. `lost` says whether an earlier try may have taken effect. */
  const insist = async (entry: Entry, send: () => Promise<Answer | undefined>) => {
    const deadline = performance.now() + patienceMilliseconds
    for (let lost = false; ; lost = true) {
      const answer = await send()
      if (answer && answer.status !== 503) return { ...answer, lost }
      entry.lostAnswers += 1
      if (ended || performance.now() > deadline) throw new Error(`nobody answered about ${entry.login}`)
      await delay(retryMilliseconds)
    }
  }

  const expectStatus = (entry: Entry, what: string, { status, body }: Answer, allowed: readonly number[]) => {
    if (allowed.includes(status)) return true
    ledger.wrongAnswers.push(`${what} of ${entry.login}: ${status} ${body.code ?? ''}`)
    return false
  }

  const take = (entry: Entry, { user, token_pair }: Answer['body']) => {
    if (!user || !token_pair) throw new Error(`an answer about ${entry.login} has no account or no tokens`)
    entry.id = user.id
    entry.accessToken = token_pair.access_token.token
    entry.refreshToken = token_pair.refresh_token.token
  }

  const logIn = async (entry: Entry) => {
    const { login, passwordChanges } = entry
    const answer = await insist(entry, async () =>
      ask(authUrl(), '/login', 'POST', { login, password: password(passwordChanges) }),
    )
    if (expectStatus(entry, 'login', answer, [200])) take(entry, answer.body)
  }

  const register = async (login: string): Promise<Entry> => {
    const displayName = displayNames[random.between(0, displayNames.length - 1)] ?? ''
    const entry: Entry = {
      ...{ login, displayName, id: null, accessToken: '', refreshToken: '', profileRead: false },
      ...{ deactivated: false, passwordChanges: 0, signedOut: false, lostAnswers: 0 },
    }
    ledger.entries.push(entry)
    const body = { login, display_name: displayName, email: `${login}@example.com`, password: password(0) }
    const answer = await insist(entry, async () => ask(authUrl(), '/register', 'POST', body))
    if (answer.status === 201) take(entry, answer.body)
    // The first try was committed and its answer lost: whoever was told nothing signs in.
    else if (answer.lost && answer.status === 409) await logIn(entry)
    else expectStatus(entry, 'register', answer, [201])
    return entry
  }

  const readProfile = async (entry: Entry) => {
    const answer = await insist(entry, async () =>
      ask(userUrl, '/profile', 'GET', undefined, entry.accessToken),
    )
    entry.profileRead = expectStatus(entry, 'profile', answer, [200])
    if (entry.profileRead && answer.body.display_name !== entry.displayName)
      ledger.wrongAnswers.push(`profile of ${entry.login}: another display name`)
  }

  const changePassword = async (entry: Entry) => {
    const change = {
      current_password: password(entry.passwordChanges),
      new_password: password(entry.passwordChanges + 1),
    }
    const answer = await insist(entry, async () =>
      ask(authUrl(), '/password/change', 'POST', change, entry.accessToken),
    )
    // After a lost answer: the change itself has ended the token.
    if (expectStatus(entry, 'password change', answer, answer.lost ? [204, 401] : [204]))
      entry.passwordChanges += 1
    await logIn(entry)
  }

  const signOut = async (entry: Entry) => {
    const answer = await insist(entry, async () =>
      ask(authUrl(), '/logout', 'POST', { refresh_token: entry.refreshToken }, entry.accessToken),
    )
    entry.signedOut = expectStatus(entry, 'logout', answer, answer.lost ? [204, 401] : [204])
  }

  const deactivate = async (entry: Entry) => {
    const answer = await insist(entry, async () =>
      ask(authUrl(), '/account-delete', 'POST', undefined, entry.accessToken),
    )
    entry.deactivated = expectStatus(entry, 'deactivation', answer, answer.lost ? [200, 401] : [200])
  }

  const live = async (login: string) => {
    const entry = await register(login)
    if (entry.id === null) return
    if (random.chance(habits.readProfile ?? 0)) await readProfile(entry)
    if (random.chance(habits.changePassword ?? 0)) await changePassword(entry)
    if (random.chance(habits.deactivate ?? 0)) return deactivate(entry)
    if (random.chance(habits.signOut ?? 0)) await signOut(entry)
  }

  return {
    /** So many accounts, so many clients at once. */
    drive: async (accounts: number, clients = 16, prefix = 'person') => {
      let next = 0
      const work = async () => {
        while (next < accounts && !ended) {
          next += 1
          await live(`${prefix}_${next}`)
        }
      }
      await Promise.all(Array.from({ length: clients }, work))
    },
    register,
    readProfile,
    deactivate,
    logIn,
    end: () => void (ended = true),
  }
}
