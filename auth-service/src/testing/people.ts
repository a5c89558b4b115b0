import type { AuthApp } from './auth-app.ts'

export const password = 'SecurePass123!'

export interface SignedIn {
  user: { id: number; login: string; email: string; is_active: boolean }
  token_pair: {
    access_token: { token: string; token_id: string }
    refresh_token: { token: string; token_id: string }
  }
}

/** What somebody fills in; nobody else has this login. */
export const registration = (login: string) => ({
  display_name: 'John Doe',
  login,
  email: `${login}@example.com`,
  password,
})

export const register = async ({ call }: AuthApp, login: string): Promise<SignedIn> => {
  const answer = await call('post', '/register', { body: registration(login) })
  if (answer.status !== 201) throw new Error(`registering answered ${answer.status}: ${answer.text}`)
  return answer.body as SignedIn
}

export const login = async ({ call }: AuthApp, name: string): Promise<SignedIn> => {
  const answer = await call('post', '/login', { body: { login: name, password } })
  if (answer.status !== 200) throw new Error(`logging in answered ${answer.status}: ${answer.text}`)
  return answer.body as SignedIn
}

export const refresh = async ({ call }: AuthApp, refreshToken: string) =>
  call('post', '/refresh', { body: { refresh_token: refreshToken } })

/** Is the access token alive? */
export const statusOfMe = async ({ call }: AuthApp, accessToken: string) =>
  (await call('get', '/me', { token: accessToken })).status

export const accessOf = ({ token_pair }: SignedIn) => token_pair.access_token.token
export const refreshOf = ({ token_pair }: SignedIn) => token_pair.refresh_token.token

/** Somebody with the role `admin`, signed in after it was granted. */
export const registerAdmin = async (app: AuthApp, name: string): Promise<SignedIn> => {
  const { user } = await register(app, name)
  const { query, tables } = app.database
  await query.insert(tables.userRoles).values({ userId: user.id, role: 'admin', grantedAt: new Date() })
  return login(app, name)
}
