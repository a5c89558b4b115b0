import { z } from 'zod'
import { describeError } from '@accounts/shared/logging/describe-error'
import type { KnownAccountPage } from '../../ports.ts'

const mostBytes = 1_048_576

interface PageNeeds {
  /** Of user-service, not of the gateway. */
  url: string
  serviceSecret: string
  timeoutMilliseconds?: number
}

const pageSchema = z.array(
  z.object({
    auth_id: z.int(),
    is_active: z.boolean(),
    security_version: z.int(),
    event_version: z.int(),
    display_name: z.string().nullable(),
  }),
)

/** Asks user-service for the accounts it knows. Whatever goes wrong is told in words for a person. */
export const createKnownAccountPage = ({
  url,
  serviceSecret,
  timeoutMilliseconds = 10_000,
}: PageNeeds): KnownAccountPage => {
  const authorization = `Basic ${Buffer.from(`auth-service:${serviceSecret}`).toString('base64')}`

  return async ({ after, limit }) => {
    const address = new URL(`${url.replace(/\/$/, '')}/accounts?after=${after}&limit=${limit}`)
    const text = await fetchText(address, authorization, timeoutMilliseconds)
    const page = readPage(text)
    if (page === undefined || page.length > limit || !isAscending(after, page))
      throw new Error(
        `${address.origin} answers otherwise than user-service does: is USER_SERVICE_URL right?`,
      )
    return page
  }
}

const fetchText = async (address: URL, authorization: string, timeoutMilliseconds: number) => {
  let status: number
  try {
    const response = await fetch(address, {
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
      headers: { Accept: 'application/json', Authorization: authorization },
    })
    if (response.status === 200) return await readBounded(response)
    status = response.status
    await response.body?.cancel()
  } catch (cause) {
    throw new Error(`user-service cannot be asked at ${address.origin} (${reasonOf(cause)})`, { cause })
  }
  throw new Error(
    status === 401
      ? `user-service at ${address.origin} does not take this SERVICE_SECRET`
      : `user-service at ${address.origin} answered ${status} to GET ${address.pathname}`,
  )
}

const readBounded = async ({ body }: Response) => {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error(`more than ${mostBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const readPage = (text: string) => {
  const parsed = pageSchema.safeParse(parseJson(text))
  return parsed.data?.map((account) => ({
    id: account.auth_id,
    isActive: account.is_active,
    securityVersion: account.security_version,
    eventVersion: account.event_version,
    displayName: account.display_name,
  }))
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** What is out of order would be taken for missing. */
const isAscending = (after: number, page: readonly { id: number }[]) =>
  page.every(({ id }, index) => id > (page[index - 1]?.id ?? after))

const reasonOf = (error: unknown): string => {
  const { code, message, cause } = describeError(error)
  return cause?.code ?? cause?.message ?? code ?? message
}
