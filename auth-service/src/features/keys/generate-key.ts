import type { TokenAlgorithm } from '@accounts/shared/tokens/keys'
import type { SigningKey } from '../../ports.ts'
import { type Audit, record, type Recorded } from './record.ts'

interface GenerateNeeds {
  generateKey: (algorithm: TokenAlgorithm) => Promise<SigningKey>
  /** Refuses to write over an existing file. */
  save: (file: string, pem: string) => Promise<void>
  audit: Audit
}

export interface GeneratedKey extends Recorded {
  key: SigningKey
  pem: string
}

/** Makes a key for JWT_PRIVATE_KEY; no ring is touched. */
export const createGenerateKey =
  ({ generateKey, save, audit }: GenerateNeeds) =>
  async (algorithm: TokenAlgorithm, file: string | undefined): Promise<GeneratedKey> => {
    if (algorithm === 'HS256')
      throw new Error(
        'HS256 signs with a secret, not with a key: "openssl rand -base64 48" makes a JWT_SECRET',
      )
    const key = await generateKey(algorithm)
    const pem = key.key.export({ type: 'pkcs8', format: 'pem' }) as string
    if (file !== undefined) await save(file, pem)
    return { key, pem, ...(await record(audit, 'key generated', key)) }
  }
