import { type Answer, type CallOptions, createClient, type Method } from './client.ts'
import { createPeople, expectStatus, password, type TokenPair } from './people.ts'

export interface Target {
  /** Of the gateway. */
  url: string
  /** Where auth-service can be asked without the gateway, it has to answer the same. */
  authServiceUrl?: string
}

/** What the tests do to a target, in their words. */
export const createWorld = ({ url, authServiceUrl }: Target) => {
  const { call } = createClient(url)
  const direct = authServiceUrl === undefined ? undefined : createClient(authServiceUrl).call
  /** By every way in: the services have to be safe without a gateway before them. */
  const callEach = async (method: Method, path: string, options: CallOptions = {}): Promise<Answer[]> => [
    await call(method, `/api${path}`, options),
    ...(direct === undefined ? [] : [await direct(method, path, options)]),
  ]
  const tryRefresh = async (token: string) => call('POST', '/api/refresh', { body: { refresh_token: token } })

  return {
    url,
    call,
    people: createPeople(call),
    tryRefresh,
    refresh: async (token: string) => expectStatus(await tryRefresh(token), 200).body as TokenPair,
    callEach,
    /** What an access token is answered with. */
    statusOf: async (token: string) => {
      const answers = await callEach('GET', '/me', { token })
      const [status, ...others] = [...new Set(answers.map((answer) => answer.status))]
      if (others.length > 0)
        throw new Error(`the gateway answered ${status}, auth-service itself ${others[0]}`)
      return status
    },
    logout: async ({ access_token, refresh_token }: TokenPair) =>
      call('POST', '/api/logout', {
        token: access_token.token,
        body: { refresh_token: refresh_token.token },
      }),
    deactivate: async ({ access_token }: TokenPair) =>
      call('POST', '/api/account-delete', { token: access_token.token }),
    changePassword: async ({ access_token }: TokenPair, newPassword: string, current = password) =>
      call('POST', '/api/password/change', {
        token: access_token.token,
        body: { current_password: current, new_password: newPassword },
      }),
    publishedKeys: async () => {
      const { body } = expectStatus(await call('GET', '/.well-known/jwks.json'), 200)
      return (body as { keys: { kid: string; alg: string }[] }).keys
    },
  }
}

export type World = ReturnType<typeof createWorld>
