// Accounts for a page in a browser, without dependencies: copy this file. Why it is as it is: docs/frontend.md.

export type User = { id: number; login: string; email: string; is_active: boolean }
export type Me = { user: User; roles: string[]; permissions: string[]; session_id: string }
export type Profile = { id: number; auth_id: number; display_name: string; bio: Bio; is_active: boolean }
type Bio = string | null
export type Registration = { display_name: string; login: string; email: string; password: string }

/** What a service says of an error (RFC 9457), and of each fault of a body. */
export type Problem = { title: string; code: string; detail?: string; errors?: Fault[] }
export type Fault = { path: string; message: string }

export class AccountsError extends Error {
  override readonly name = 'AccountsError'
  /** 0: there was no answer that could be read. */
  readonly status: number = 0
  /** What the logs of the services call the request. */
  readonly requestId: string | null = null
  /** Null where the gateway itself answered: its 401, 403, 429 and 500 are empty. */
  readonly problem: Problem | null = null
  readonly code: string | null
  readonly retryAfterSeconds: number | null = null
  /** It may have been done or not: look before doing it again. */
  readonly outcomeUnknown: boolean = false

  constructor(facts: Partial<AccountsError>) {
    super(facts.problem?.title ?? (facts.status ? `Answered with ${facts.status}` : 'No answer'))
    Object.assign(this, facts)
    this.code = this.problem?.code ?? null
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
// The slash keeps a path from becoming part of the host, and tokens from going there.
type Path = `/${string}`
type RequestOptions = { signal?: AbortSignal | undefined }
type TokenStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
type ClientOptions = {
  /** Where the gateway is: `https://api.example.com`. */
  baseUrl: string
  /** Not sessionStorage: a duplicated tab copies it, and neither of the two learns of the other's refresh. */
  storage?: TokenStorage
  fetch?: typeof fetch
  /** The account of this tab is signed out, by the server or in another tab; not called for `logout` here. */
  onSignedOut?: () => void
}

// Longer than the gateway waits for a service; so short that a second try is within the 10 s of grace of the first.
const timeoutMilliseconds = 7_000
const maxTries = 3
const longestPauseSeconds = 10

export const createAccountsClient = ({ baseUrl, storage = localStorage, ...options }: ClientOptions) => {
  const base = baseUrl.replace(/\/+$/, '')
  const exchange = createExchange(base, options.fetch ?? fetch)
  const tokens = keepTokens(`accounts ${base}`, storage, options.onSignedOut ?? (() => {}))
  const renew = createRenewal(tokens, exchange)

  const request = async <Answer = unknown>(
    method: Method,
    path: Path,
    body?: unknown,
    { signal }: RequestOptions = {},
  ): Promise<Answer> => {
    const ask = async (token?: string) => exchange({ method, path, body, signal, token }) as Promise<Answer>
    let kept = tokens.read()
    if (kept === null) return ask()
    if (Date.now() >= kept.staleAt) kept = await renew(kept, signal)
    try {
      return await ask(kept.access)
    } catch (error) {
      // A wrong password is a 401 as well, and must not be tried twice.
      if (!isRefused(error) || error.code === 'wrong_credentials') throw error
    }
    return ask((await renew(kept, signal)).access)
  }

  const signIn = async (path: Path, body: unknown, { signal }: RequestOptions = {}) => {
    const { user, token_pair } = (await exchange({ method: 'POST', path, body, signal })) as SignedIn
    tokens.keep(keptOf(token_pair))
    return user
  }

  return {
    request,
    isSignedIn: () => tokens.read() !== null,
    register: async (person: Registration, given?: RequestOptions) => signIn('/api/register', person, given),
    login: async (login: string, password: string, given?: RequestOptions) =>
      signIn('/api/login', { login, password }, given),
    me: async (given?: RequestOptions) => request<Me>('GET', '/api/me', undefined, given),
    profile: async (given?: RequestOptions) => request<Profile>('GET', '/api/profile', undefined, given),
    editBio: async (bio: Bio, given?: RequestOptions) =>
      request<Profile>('PATCH', '/api/settings/edit-bio', { bio }, given),
    changePassword: async (current_password: string, new_password: string, given?: RequestOptions) =>
      request<void>('POST', '/api/password/change', { current_password, new_password }, given),
    /** Always signs out here. False: the server could not be told, and the session lives on there until it expires. */
    logout: async (): Promise<boolean> => {
      const kept = tokens.read()
      tokens.keep(null)
      if (kept === null) return true
      const sending = { method: 'POST', path: '/api/logout', token: kept.access } as const
      return exchange({ ...sending, body: { refresh_token: kept.refresh } }).then(() => true, isRefused)
    },
  }
}

type TokenPair = { access_token: { token: string }; refresh_token: { token: string } }
type SignedIn = { user: User; token_pair: TokenPair }
type Kept = { access: string; refresh: string; account: string; staleAt: number }

const keptOf = ({ access_token, refresh_token }: TokenPair): Kept => {
  const [, payload = ''] = access_token.token.split('.')
  const { sub, iat, exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
  const lifetime = (exp - iat) * 1000
  // How long it takes is measured as well by a clock that is wrong.
  const staleAt = Date.now() + lifetime - Math.min(30_000, lifetime / 5)
  return { access: access_token.token, refresh: refresh_token.token, account: sub, staleAt }
}

const keepTokens = (key: string, storage: TokenStorage, onSignedOut: () => void) => {
  const read = () => parse(storage.getItem(key)) as Kept | null
  let account = read()?.account
  const keep = (kept: Kept | null) => {
    account = kept?.account
    if (kept === null) storage.removeItem(key)
    else storage.setItem(key, JSON.stringify(kept))
  }
  const noticeOtherTabs = () => {
    const before = account
    account = read()?.account
    if (before !== undefined && account !== before) onSignedOut()
  }
  // The second for a page that the browser brings back from its history: it has missed the first.
  for (const event of ['storage', 'pageshow']) globalThis.addEventListener?.(event, noticeOtherTabs)
  const signOut = () => {
    keep(null)
    onSignedOut()
  }
  return { key, read, keep, signOut }
}

type Tokens = ReturnType<typeof keepTokens>

const createRenewal = ({ key, read, keep, signOut }: Tokens, exchange: Exchange) => {
  /** Whatever another tab has done meanwhile counts: a refresh, a logout, somebody else's login. */
  const renew = async (used: Kept): Promise<Kept> => {
    const isKept = () => read()?.refresh === used.refresh
    let refusal = new AccountsError({ status: 401 })
    if (isKept()) {
      const body = { refresh_token: used.refresh }
      try {
        const next = keptOf((await exchange({ method: 'POST', path: '/api/refresh', body })) as TokenPair)
        if (isKept()) keep(next)
      } catch (error) {
        if (!isRefused(error)) throw error
        refusal = error
        if (isKept()) signOut()
      }
    }
    const kept = read()
    if (kept?.account !== used.account) throw refusal
    return kept
  }

  const running = new Map<string, Promise<Kept>>()
  // Pages that did not come by HTTPS have no locks. The server then gives two tabs the same pair.
  const locks: LockManager | undefined = globalThis.navigator?.locks
  return async (used: Kept, signal?: AbortSignal) => {
    const inTurn = async () => locks?.request(key, async () => renew(used)) ?? renew(used)
    const renewal = running.get(used.refresh) ?? inTurn().finally(() => running.delete(used.refresh))
    running.set(used.refresh, renewal)
    return unlessAborted(renewal, signal)
  }
}

type Sending = RequestOptions & { method: Method; path: Path; body?: unknown; token?: string | undefined }
type Exchange = (sending: Sending) => Promise<unknown>

/** Sends, and sends again where that can do no harm. */
const createExchange =
  (base: string, fetch: typeof globalThis.fetch): Exchange =>
  async (sending) => {
    const requestId = createRequestId()
    for (let tries = 1; ; tries += 1) {
      try {
        return await send(base, fetch, requestId, sending)
      } catch (error) {
        const pause = error instanceof AccountsError ? pauseAfter(error, tries) : null
        if (pause === null) throw error
        await unlessAborted(new Promise((resolve) => setTimeout(resolve, pause)), sending.signal)
      }
    }
  }

const send = async (base: string, fetch: typeof globalThis.fetch, requestId: string, sending: Sending) => {
  const { method, path, body, token, signal } = sending
  // The others are the same, done twice, as done once.
  const isLasting = method !== 'GET' && path !== '/api/refresh' && path !== '/api/logout'
  const deadline = AbortSignal.timeout(timeoutMilliseconds)
  let response: Response
  let text: string
  try {
    response = await fetch(`${base}${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: {
        'X-Request-Id': requestId,
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      signal: AbortSignal.any(signal === undefined ? [deadline] : [deadline, signal]),
      credentials: 'omit',
      redirect: 'error',
      // A logout arrives also when the page is left at once.
      keepalive: path === '/api/logout',
    })
    text = await response.text()
    if (response.ok) return text === '' ? undefined : (JSON.parse(text) as unknown)
  } catch (cause) {
    signal?.throwIfAborted()
    throw new AccountsError({ requestId, outcomeUnknown: isLasting, cause })
  }
  const { status, headers } = response
  const problem = parse(text) as Problem | null
  const retryAfter = headers.get('Retry-After') ?? ''
  throw new AccountsError({
    status,
    requestId: headers.get('X-Request-Id') ?? requestId,
    problem: typeof problem?.code === 'string' ? problem : null,
    retryAfterSeconds: /^\d+$/.test(retryAfter) ? Number(retryAfter) : null,
    outcomeUnknown: status >= 500 && isLasting,
  })
}

/** Milliseconds before the next try; null: the error stands. */
const pauseAfter = ({ status, retryAfterSeconds, outcomeUnknown }: AccountsError, tries: number) => {
  const growing = (1 + Math.random()) * 250 * 2 ** tries
  if (status === 429 || (status === 503 && retryAfterSeconds !== null)) {
    if (tries === maxTries || (retryAfterSeconds ?? 0) > longestPauseSeconds) return null
    return retryAfterSeconds === null ? growing : retryAfterSeconds * 1000
  }
  return (status === 0 || status >= 500) && !outcomeUnknown && tries === 1 ? growing : null
}

const isRefused = (error: unknown): error is AccountsError =>
  error instanceof AccountsError && error.status === 401

const parse = (text: string | null): unknown => {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    return null
  }
}

// crypto.randomUUID is for secure origins only.
const createRequestId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** The work itself goes on: others may wait for it. */
const unlessAborted = async <Result>(work: Promise<Result>, signal?: AbortSignal) =>
  new Promise<Result>((resolve, reject) => {
    const abort = () => reject(signal?.reason as Error)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject)
  })
