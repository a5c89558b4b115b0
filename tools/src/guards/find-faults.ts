import type { Access } from '@accounts/shared/http/access'
import type { HttpMethod } from '@accounts/shared/http/route'
import { makeKey } from '@accounts/shared/tokens/testing/make-key'
import { makeAccessClaims, makeToken } from '@accounts/shared/tokens/testing/make-token'

export interface GuardedRoute {
  method: HttpMethod
  path: string
  access: Access
}

type Verdict = 'let in' | 401 | 403

export const key = makeKey()

const tokenOf = (changes: Record<string, unknown>) => makeToken(key, makeAccessClaims(new Date(), changes))
const hourAgo = () => Math.floor(Date.now() / 1000) - 3_600

const callers = {
  nobody: () => undefined,
  expired: () => tokenOf({ iat: hourAgo() - 1_800, exp: hourAgo() }),
  user: () => tokenOf({}),
  other: () => tokenOf({ roles: ['user', 'custom'] }),
}

type Caller = keyof typeof callers

/** What each caller has to meet with, by the words of the declaration alone. */
const verdictsOf = (access: Access): Record<Caller, Verdict> => {
  if (access === 'anyone') return { nobody: 'let in', expired: 'let in', user: 'let in', other: 'let in' }
  if (access === 'service') return { nobody: 401, expired: 401, user: 401, other: 401 }
  const always = { nobody: 401, expired: 401 } as const
  if (access === 'signed in') return { ...always, user: 'let in', other: 'let in' }
  if (access === 'signed in, even if expired')
    return { nobody: 401, expired: 'let in', user: 'let in', other: 'let in' }
  return { ...always, user: 403, other: 403 }
}

/** Of those who are let in where a role or a permission is needed. */
const holdersOf = (access: Access): [string, Record<string, unknown>][] => {
  if (typeof access !== 'object') return []
  if ('roles' in access) return access.roles.map((role) => [role, { roles: [role] }])
  const kind = access.permission.split(':')[0]
  return [access.permission, `${kind}:*`].map((permission) => [permission, { permissions: [permission] }])
}

/** Asks every route as every kind of caller; says where somebody met with something else than was declared. */
export const findFaults = async (baseUrl: string, routes: readonly GuardedRoute[]): Promise<string[]> => {
  const ask = async ({ method, path }: GuardedRoute, token: string | undefined): Promise<Verdict> => {
    const { status, body } = await fetch(`${baseUrl}${path.replaceAll(/\{\w+\}/g, '7')}`, {
      method: method.toUpperCase(),
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    })
    await body?.cancel()
    return status === 401 || status === 403 ? status : 'let in'
  }

  const faultsOf = async (route: GuardedRoute) => {
    const holders = holdersOf(route.access).map(async ([who, claims]) => ({
      who,
      expected: 'let in',
      met: await ask(route, tokenOf(claims)),
    }))
    const verdicts = verdictsOf(route.access)
    const others = Object.entries(callers).map(async ([who, token]) => ({
      who,
      expected: verdicts[who as Caller],
      met: await ask(route, token()),
    }))
    const results = await Promise.all([...holders, ...others])
    return results
      .filter(({ expected, met }) => expected !== met)
      .map(
        ({ who, expected, met }) => `${route.method} ${route.path}: ${who} met with ${met}, not ${expected}`,
      )
  }

  const faults: string[] = []
  for (const route of routes) faults.push(...(await faultsOf(route)))
  return faults
}
