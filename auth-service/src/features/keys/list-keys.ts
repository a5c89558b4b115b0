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

export const keyTable = (keys: readonly ListedKey[]) => {
  const rows = [
    ['KID', 'ALG', 'STATE', 'SIGNS FROM', 'RETIRES'],
    ...keys.map((key) => [key.kid, key.algorithm, key.state, instant(key.signsFrom), instant(key.retiresAt)]),
  ]
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0))
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export const instant = (at: Date | null) => at?.toISOString() ?? '-'
