import { writePlace } from '@accounts/auth-service/features/users/place-cursor'
import { frequentRole, registrationOf } from './fill-accounts.ts'

export const pageSize = 50

interface UserPage {
  what: string
  /** How many come, however many accounts there are. */
  found: number
  /** Where so many accounts were filled in. */
  queries: (accounts: number) => Record<string, string>[]
}

const once = (query: Record<string, string>) => () => [query]

/** Each is rare: its hundred matches are among the first thousand accounts. */
const hundreds = (begun: (digit: number) => string) => () =>
  [1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => ({ query: begun(digit) }))

const places = 40

/** Pages that begin anywhere, so that not always the same rows are read. */
const anywhere = (query: Record<string, string>, keyOf?: (number: number) => string) => (accounts: number) =>
  Array.from({ length: places }, (_, place) => {
    const id = 1 + Math.floor((place * (accounts - 2 * pageSize)) / places)
    const key = keyOf && Buffer.from(keyOf(id).toLowerCase()).toString('hex')
    return { ...query, cursor: writePlace({ id, key }) }
  })

/** What those who look after accounts ask for. */
export const userPages: readonly UserPage[] = [
  { what: 'the first page', found: pageSize, queries: once({}) },
  { what: 'any page', found: pageSize, queries: anywhere({}) },
  { what: 'login, few', found: pageSize, queries: hundreds((digit) => `person_0000${digit}`) },
  { what: 'login, one', found: 1, queries: once({ query: registrationOf(123).login }) },
  { what: 'login, all', found: pageSize, queries: once({ query: 'person_' }) },
  {
    what: 'login, all, any page',
    found: pageSize,
    queries: anywhere({ query: 'person_' }, (number) => registrationOf(number).login),
  },
  { what: 'address, few', found: pageSize, queries: hundreds((digit) => `mail.0000${digit}`) },
  { what: 'address, all', found: pageSize, queries: once({ query: 'mail.' }) },
  {
    what: 'name, few',
    found: pageSize,
    queries: hundreds((digit) => registrationOf(digit * 100).display_name.slice(0, 6)),
  },
  { what: 'name, all', found: pageSize, queries: once({ query: 'doe' }) },
  { what: 'name, all, any page', found: pageSize, queries: anywhere({ query: 'doe' }, () => 'doe') },
  { what: 'rare role', found: 3, queries: once({ role: 'admin' }) },
  { what: 'frequent role', found: pageSize, queries: once({ role: frequentRole }) },
  { what: 'frequent role, any page', found: pageSize, queries: anywhere({ role: frequentRole }) },
  { what: 'deactivated', found: 10, queries: once({ is_active: 'false' }) },
  { what: 'active, any page', found: pageSize, queries: anywhere({ is_active: 'true' }) },
]
