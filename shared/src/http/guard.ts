import { createHash, timingSafeEqual } from 'node:crypto'
import { allows } from '../access/permissions.ts'
import { ServiceError } from '../errors/service-error.ts'
import type { Authenticate } from '../tokens/authenticate.ts'
import type { Access, Guard } from './access.ts'

interface GuardNeeds<Caller> {
  authenticate: Authenticate<Caller>
  /** What other parts of the deployment show. Without one nobody is taken for such a part. */
  serviceSecret?: string | undefined
}

/** What the caller may do, by the token. */
interface Holder {
  roles: readonly string[]
  permissions: readonly string[]
}

export const createGuard = <Caller extends Holder>({
  authenticate,
  serviceSecret,
}: GuardNeeds<Caller>): Guard<Caller> => {
  const isService = createServiceCheck(serviceSecret)
  return {
    admit: async (access, request) => {
      if (access === 'service') {
        if (isService(request.header('authorization'))) return undefined
        throw new ServiceError('wrong_credentials', {
          headers: { 'WWW-Authenticate': 'Basic realm="services"' },
        })
      }
      const caller = await authenticate(request, { expiredToo: access === 'signed in, even if expired' })
      if (!isAllowed(access, caller)) throw new ServiceError('not_allowed')
      return caller
    },
  }
}

const isAllowed = (access: Access, { roles, permissions }: Holder) => {
  if (typeof access !== 'object') return true
  if ('permission' in access) return allows(permissions, access.permission)
  return access.roles.some((role) => roles.includes(role))
}

/** HTTP Basic with any user name. Digests are of one length, so comparing them tells nothing, not even how long. */
const createServiceCheck = (secret: string | undefined) => {
  if (!secret) return () => false
  const expected = digest(secret)
  return (authorization = '') => {
    const encoded = /^basic +([\w+/-]+=*)$/i.exec(authorization)?.[1] ?? ''
    const credentials = Buffer.from(encoded, 'base64')
    const colon = credentials.indexOf(':')
    return timingSafeEqual(digest(credentials.subarray(colon + 1)), expected) && colon !== -1
  }
}

const digest = (data: string | Buffer) => createHash('sha256').update(data).digest()
