import { type TokenAlgorithm, tokenAlgorithms } from '@accounts/shared/tokens/keys'
import { type CommandAnswer, defineCommand } from '../../command-line/command.ts'
import { reasonOf } from '../../command-line/reason.ts'
import type { GeneratedKey } from './generate-key.ts'
import { instant, keyTable, type ListedKey, presentKey } from './list-keys.ts'
import { type KeysArguments, parseArguments, usage } from './parse-arguments.ts'
import type { Retirement } from './retire-key.ts'
import type { Rotation } from './rotate-keys.ts'

export interface KeysUseCases {
  listKeys: () => Promise<ListedKey[]>
  generateKey: (
    options: Pick<KeysArguments, 'out' | 'offline'> & { algorithm: TokenAlgorithm | undefined },
  ) => Promise<GeneratedKey>
  rotateKeys: (options: { now: boolean }) => Promise<Rotation>
  retireKey: (kid: string, options: { now: boolean }) => Promise<Retirement>
}

const run = async (parsed: KeysArguments, useCases: KeysUseCases): Promise<CommandAnswer> => {
  const { now, kid } = parsed
  switch (parsed.command) {
    case 'list': {
      const keys = await useCases.listKeys()
      return { text: keyTable(keys), json: { keys: keys.map(presentKey) } }
    }
    case 'generate':
      return presentGenerated(
        await useCases.generateKey({ ...parsed, algorithm: algorithmOf(parsed) }),
        parsed,
      )
    case 'rotate':
      return presentRotation(await useCases.rotateKeys({ now }), now)
    case 'retire':
      return presentRetirement(await useCases.retireKey(kid, { now }))
    default:
      return parsed.command satisfies never
  }
}

const algorithmOf = ({ algorithm }: KeysArguments) => {
  const known = tokenAlgorithms.find((name) => name === algorithm)
  if (algorithm !== undefined && known === undefined)
    throw new Error(`--algorithm has to be one of ${tokenAlgorithms.join(', ')}`)
  return known
}

const presentGenerated = (
  { key, pem, auditFault }: GeneratedKey,
  { out, json: asJson }: KeysArguments,
): CommandAnswer => {
  const what = `${key.kid} (${key.algorithm})`
  const json = { kid: key.kid, alg: key.algorithm }
  if (out !== undefined)
    return { text: `the key ${what} is in ${out}`, json: { ...json, file: out }, ...withFault(auditFault) }
  // Beside what is printed, which may be meant for a file.
  const note = asJson ? {} : { warning: `the key is ${what}` }
  return { text: pem.trimEnd(), json: { ...json, private_key: pem }, ...note, ...withFault(auditFault) }
}

const presentRotation = (
  { key, retiring, dropped, isFirst, auditFault }: Rotation,
  now: boolean,
): CommandAnswer => {
  const lines = [
    `${key.kid} (${key.algorithm}) signs from ${instant(key.signsFrom)}${isFirst ? ', the first of a new ring' : ''}`,
    ...retiring.map(
      (former) => `${former.kid} (${former.algorithm}) retires at ${instant(former.retiresAt)}`,
    ),
    ...dropped.map((former) => `${former.kid} (${former.algorithm}) is dropped`),
  ]
  if (now)
    lines.push(
      'Who verifies tokens with key sets of its own has to fetch them when it meets the new key; ' +
        'tokens of former keys stay valid until "keys retire KID --now" ends them.',
    )
  return {
    text: lines.join('\n'),
    json: {
      kid: key.kid,
      alg: key.algorithm,
      signs_from: key.signsFrom,
      retiring: retiring.map((former) => ({ kid: former.kid, retires_at: former.retiresAt })),
      dropped: dropped.map(({ kid }) => kid),
    },
    ...withFault(auditFault),
  }
}

const presentRetirement = ({ key, retiresAt, isEnded, auditFault }: Retirement): CommandAnswer => ({
  text: isEnded
    ? `${key.kid} retired at ${instant(retiresAt)}: its tokens are refused`
    : `${key.kid} retires at ${instant(retiresAt)}, after its last token; "keys retire ${key.kid} --now" ends them`,
  json: { kid: key.kid, alg: key.algorithm, retires_at: retiresAt, retired: isEnded },
  ...withFault(auditFault),
})

const withFault = (auditFault: unknown) =>
  auditFault !== undefined && {
    warning: `that was done, but could not be written to the audit log: ${reasonOf(auditFault)}`,
    code: 1,
  }

export const createKeysCommand = defineCommand({ name: 'keys', usage, parse: parseArguments, run })
