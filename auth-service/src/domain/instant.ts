import { z } from 'zod'

// Years beyond would be written in a way that PostgreSQL does not read.
const earliest = new Date('0001-01-01T00:00:00Z')
const latest = new Date('9999-12-31T23:59:59.999Z')

export const isInstant = (at: Date) => at >= earliest && at <= latest

export const instantSchema = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .refine(isInstant, { error: 'Has to be in the years 1 to 9999' })
