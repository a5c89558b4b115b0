/** What the tests use of the client. Its source has the types of a browser, which nothing else here has. */
export interface Client {
  register: (person: object) => Promise<{ id: number }>
  login: (login: string, password: string, options?: { signal: AbortSignal }) => Promise<{ id: number }>
  logout: () => Promise<boolean>
  me: (options?: { signal: AbortSignal }) => Promise<unknown>
  editBio: (bio: string | null, options?: { signal: AbortSignal }) => Promise<unknown>
  changePassword: (current: string, next: string) => Promise<void>
  request: (method: string, path: string, body?: unknown) => Promise<unknown>
  isSignedIn: () => boolean
}

export interface ClientModule {
  createAccountsClient: (options: {
    baseUrl: string
    storage: ReturnType<typeof createStorage>
    onSignedOut?: () => void
  }) => Client
}

/** What two tabs of a browser share. */
export const createStorage = () => {
  const entries = new Map<string, string>()
  return {
    getItem: (key: string) => entries.get(key) ?? null,
    setItem: (key: string, value: string) => void entries.set(key, value),
    removeItem: (key: string) => void entries.delete(key),
    entries,
  }
}

/** One turn after the other, as the browser gives them to its tabs. */
export const createLocks = () => {
  let last: Promise<unknown> = Promise.resolve()
  return {
    request: async (_name: string, work: () => Promise<unknown>) => {
      const turn = last.then(work)
      last = turn.catch(() => 'told to whoever asked')
      return turn
    },
  }
}
