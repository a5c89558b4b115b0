import { randomBytes } from 'node:crypto'
import { registration as registrationOf, type SignedIn } from '@accounts/auth-service/testing/people'
import type { Answer, Call } from './client.ts'

/** Good under either password policy, and known to nobody should an account outlive its test. */
const newPasswordOf = () => `Aa1!${randomBytes(15).toString('base64url')}`

export const [password, newPassword, wrongPassword] = [newPasswordOf(), newPasswordOf(), newPasswordOf()]

export type TokenPair = SignedIn['token_pair']

export interface Person extends SignedIn {
  login: string
  password: string
}

type Credentials = Pick<Person, 'login' | 'password'>

/** Nobody has it, and whoever meets it in a live system can tell where it is from. */
export const newLogin = () => `verify_${randomBytes(8).toString('hex')}`

export const registration = (login = newLogin()) => ({ ...registrationOf(login), password })

/** Accounts made for a test, each with a login of its own; `leave` deactivates all of them. */
export const createPeople = (call: Call) => {
  const passwords = new Map<string, string>()

  const tryRegister = async (body: ReturnType<typeof registration>): Promise<Answer> => {
    const answer = await call('POST', '/api/register', { body })
    if (answer.status === 201) passwords.set(body.login, body.password)
    return answer
  }

  const tryLogin = async ({ login, password: secret }: Credentials) =>
    call('POST', '/api/login', { body: { login, password: secret } })

  const login = async (credentials: Credentials) =>
    expectStatus(await tryLogin(credentials), 200).body as SignedIn

  return {
    tryRegister,
    register: async (changes: Partial<Credentials> = {}): Promise<Person> => {
      const body = { ...registration(changes.login), ...changes }
      const answer = expectStatus(await tryRegister(body), 201)
      return { ...(answer.body as SignedIn), login: body.login, password: body.password }
    },
    tryLogin,
    login,
    /** From now on this is how the account is signed in to. */
    changed: ({ login: name, password: secret }: Credentials) => void passwords.set(name, secret),
    leave: async () => {
      for (const [name, secret] of passwords) {
        const answer = await tryLogin({ login: name, password: secret })
        // Deactivated by its test.
        if (answer.status === 403) continue
        const { token } = (expectStatus(answer, 200).body as SignedIn).token_pair.access_token
        expectStatus(await call('POST', '/api/account-delete', { token }), 200)
      }
      passwords.clear()
    },
  }
}

/** What a test takes for granted; where it does not hold, the answer says more than what would fail later. */
export const expectStatus = (answer: Answer, status: number): Answer => {
  if (answer.status === status) return answer
  throw new Error(`expected ${status}, but the answer was ${answer.status}: ${answer.text.slice(0, 500)}`)
}
