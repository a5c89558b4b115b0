import { z } from 'zod'

const unitMilliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

export const duration = z
  .string()
  .regex(/^[1-9]\d*(ms|s|m|h)$/, { error: 'has to be a duration such as 500ms, 5s or 1m' })
  .transform(
    (text) =>
      Number.parseInt(text, 10) * unitMilliseconds[text.replace(/^\d+/, '') as keyof typeof unitMilliseconds],
  )

export const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])

export const headerName = z.string().regex(/^[A-Za-z0-9-]+$/, { error: 'has to be the name of a header' })

/** One address, or many. */
export const network = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: 'has to be an address or a network such as 10.0.0.0/8',
})
