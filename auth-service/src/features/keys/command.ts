import { describeError } from '@accounts/shared/logging/describe-error'
import { type TokenAlgorithm, tokenAlgorithms } from '@accounts/shared/tokens/keys'
import type { GeneratedKey } from './generate-key.ts'
import { instant, keyTable, type ListedKey, presentKey } from './list-keys.ts'
import { type KeysArguments, type KeysCommand, parseArguments, usage } from './parse-arguments.ts'
import type { Recorded } from './record.ts'
import type { Retirement } from './retire-key.ts'
import type { Rotation } from './rotate-keys.ts'

interface CommandNeeds {
  list: () => Promise<ListedKey[]>
  generate: (
    options: Pick<KeysArguments, 'out' | 'offline'> & { algorithm: TokenAlgorithm | undefined },
  ) => Promise<GeneratedKey>
  rotate: (options: { now: boolean }) => Promise<Rotation>
  retire: (kid: string, options: { now: boolean }) => Promise<Retirement>
  print: (text: string) => void
  warn: (text: string) => void
}

interface Answer extends Recorded {
  text: string
  json: Record<string, unknown>
  /** Beside what is printed, where that is meant for a file. */
  note?: string
}

/** `keys …` from its arguments to its exit code. */
export const createKeysCommand = (needs: CommandNeeds) => async (args: readonly string[]) => {
  if (args.includes('--help') || args[0] === 'help') {
    needs.print(usage)
    return 0
  }
  let parsed: KeysArguments
  try {
    parsed = parseArguments(args)
  } catch (error) {
    needs.warn(`keys: ${(error as Error).message}\n\n${usage}`)
    return 1
  }
  try {
    const { text, json, note, auditFault } = await answers[parsed.command](parsed, needs)
    needs.print(parsed.json ? `${JSON.stringify(json)}\n` : text)
    if (note !== undefined && !parsed.json) needs.warn(note)
    if (auditFault === undefined) return 0
    needs.warn(`keys: that was done, but could not be written to the audit log: ${reasonOf(auditFault)}\n`)
  } catch (error) {
    needs.warn(`keys: ${describeError(error).message}\n`)
  }
  return 1
}

const answers: Record<KeysCommand, (parsed: KeysArguments, needs: CommandNeeds) => Promise<Answer>> = {
  list: async (_parsed, { list }) => {
    const keys = await list()
    return { text: `${keyTable(keys)}\n`, json: { keys: keys.map(presentKey) } }
  },
  generate: async (parsed, { generate }) =>
    presentGenerated(await generate({ ...parsed, algorithm: algorithmOf(parsed) }), parsed.out),
  rotate: async ({ now }, { rotate }) => presentRotation(await rotate({ now }), now),
  retire: async ({ kid, now }, { retire }) => presentRetirement(await retire(kid, { now })),
}

const algorithmOf = ({ algorithm }: KeysArguments) => {
  const known = tokenAlgorithms.find((name) => name === algorithm)
  if (algorithm !== undefined && known === undefined)
    throw new Error(`--algorithm has to be one of ${tokenAlgorithms.join(', ')}`)
  return known
}

const presentGenerated = ({ key, pem, auditFault }: GeneratedKey, out: string | undefined): Answer => {
  const what = `${key.kid} (${key.algorithm})`
  const json = { kid: key.kid, alg: key.algorithm }
  return out === undefined
    ? { text: pem, note: `the key is ${what}\n`, json: { ...json, private_key: pem }, auditFault }
    : { text: `the key ${what} is in ${out}\n`, json: { ...json, file: out }, auditFault }
}

const presentRotation = ({ key, retiring, dropped, isFirst, auditFault }: Rotation, now: boolean): Answer => {
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
    text: `${lines.join('\n')}\n`,
    json: {
      kid: key.kid,
      alg: key.algorithm,
      signs_from: key.signsFrom,
      retiring: retiring.map((former) => ({ kid: former.kid, retires_at: former.retiresAt })),
      dropped: dropped.map(({ kid }) => kid),
    },
    auditFault,
  }
}

const presentRetirement = ({ key, retiresAt, isEnded, auditFault }: Retirement): Answer => ({
  text: isEnded
    ? `${key.kid} retired at ${instant(retiresAt)}: its tokens are refused\n`
    : `${key.kid} retires at ${instant(retiresAt)}, after its last token; "keys retire ${key.kid} --now" ends them\n`,
  json: { kid: key.kid, alg: key.algorithm, retires_at: retiresAt, retired: isEnded },
  auditFault,
})

/** Of a failed query only what is no value of it. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = describeError(error)
  return cause ? `${message} (${cause.message})` : message
}
