import type { Account } from './account.ts'

type Named = Pick<Account, 'login' | 'email' | 'displayName'>

/** What somebody can begin to type to find an account: login, address, the name from each of its words on. */
export const searchKeysOf = ({ login, email, displayName }: Named): string[] => {
  const words = plain(displayName).split(' ')
  const names = words.map((_, index) => words.slice(index).join(' '))
  return [...new Set([login, email, ...names].map(keyOf))]
}

/** Every key that begins with it is from the first to before the second. */
export const searchRange = (begun: string): { from: string; before: string } => {
  const from = keyOf(begun)
  // After every hexadecimal digit.
  return { from, before: `${from}g` }
}

const keyOf = (text: string) => Buffer.from(plain(text)).toString('hex')

const plain = (text: string) => text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ')
