import { newPassword, password, type Person, registration } from './people.ts'

export interface ValidRequest {
  path: string
  body: Record<string, string>
  /** Of who has to sign in for it. */
  credentials: { token?: string }
}

/** One for each route that takes a body. */
export const validRequests = ({ token_pair }: Person): ValidRequest[] => {
  const refreshToken = { refresh_token: token_pair.refresh_token.token }
  const change = { current_password: password, new_password: newPassword }
  const credentials = { token: token_pair.access_token.token }
  return [
    { path: '/api/register', body: registration(), credentials: {} },
    { path: '/api/v1/auth/register', body: registration(), credentials: {} },
    { path: '/api/login', body: { login: 'somebody', password }, credentials: {} },
    { path: '/api/v1/auth/login', body: { login: 'somebody', password }, credentials: {} },
    { path: '/api/refresh', body: refreshToken, credentials: {} },
    { path: '/api/v1/auth/refresh', body: refreshToken, credentials: {} },
    { path: '/api/logout', body: refreshToken, credentials },
    { path: '/api/password/change', body: change, credentials },
  ]
}
