import { createPrivateKey } from 'node:crypto'
import { StartError } from '@accounts/shared/errors/start-error'
import type { TokenAlgorithm } from '@accounts/shared/tokens/keys'
import type { SigningKey } from '../../ports.ts'
import { algorithmOf, nameKeyPair, whatFits } from './key-material.ts'

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g

/** The keys of JWT_PRIVATE_KEY; the first signs. The others may be of another kind: so is an algorithm changed. */
export const readPemKeys = async (text: string, algorithm: TokenAlgorithm): Promise<SigningKey[]> => {
  const blocks = [...text.matchAll(block)]
  if (blocks.length === 0 || blocks.length < text.split('-----BEGIN ').length - 1)
    throw new StartError(
      'JWT_PRIVATE_KEY has to hold whole private keys in PEM: make one with "keys generate"',
    )
  const keys = new Map<string, SigningKey>()
  // openssl writes EC PARAMETERS before an EC key; they are in the key as well.
  const given = blocks.filter(([, label]) => label !== 'EC PARAMETERS')
  for (const [index, [pem]] of given.entries()) {
    const key = parse(pem, index + 1)
    const usable = algorithmOf(key, algorithm)
    if (usable === undefined)
      throw new StartError(`${ordinal(index + 1)} cannot be used: it has to be ${whatFits}`)
    if (index === 0 && usable !== algorithm)
      throw new StartError(
        `${ordinal(1)} signs, but it does not fit JWT_ALGORITHM=${algorithm}: that takes ${whatFits}`,
      )
    const kid = await nameKeyPair(key)
    keys.set(kid, { kid, algorithm: usable, key })
  }
  return [...keys.values()]
}

const ordinal = (position: number) => `key ${position} of JWT_PRIVATE_KEY`

const parse = (pem: string, position: number) => {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new StartError(
      `${ordinal(position)} cannot be read: it has to be a private key in PEM without a password`,
    )
  }
}
