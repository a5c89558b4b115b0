import jwt from 'jsonwebtoken'
import type { SignToken } from '../../domain/token-pair.ts'
import type { SigningKeys } from '../../ports.ts'

export const createTokenSigner =
  (keys: Pick<SigningKeys, 'current'>): SignToken =>
  (claims, type) => {
    const { kid, algorithm, key } = keys.current()
    return jwt.sign({ ...claims }, key, {
      algorithm,
      header: { alg: algorithm, kid, typ: type },
      // With it the library would take `iat` away, without it it would add one by a clock that is not ours.
      noTimestamp: claims['iat'] === undefined,
    })
  }
