import { table } from '../../domain/printed.ts'
import type { SigningKey } from '../../ports.ts'

/** Says nothing of the key itself. `null`: since ever, or for ever. */
export interface ListedKey extends Omit<SigningKey, 'key'> {
  state: 'signing' | 'waiting' | 'verifying' | 'retired'
  createdAt: Date | null
  signsFrom: Date | null
  retiresAt: Date | null
}

export const presentKey = ({ kid, algorithm, state, createdAt, signsFrom, retiresAt }: ListedKey) => ({
  kid,
  alg: algorithm,
  state,
  created_at: createdAt,
  signs_from: signsFrom,
  retires_at: retiresAt,
})

const columns = ['KID', 'ALG', 'STATE', 'SIGNS FROM', 'RETIRES'] as const

export const keyTable = (keys: readonly ListedKey[]) =>
  table(
    columns,
    keys.map((key) => [key.kid, key.algorithm, key.state, instant(key.signsFrom), instant(key.retiresAt)]),
  )

export const instant = (at: Date | null) => at?.toISOString() ?? '-'
