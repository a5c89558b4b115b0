import { parseArgs } from 'node:util'
import { describeError } from '@accounts/shared/logging/describe-error'
import type { Finding, Reconciliation, ReconcileAccounts } from './reconcile-accounts.ts'

/** The most that user-service answers at a time. */
const mostPerPage = 500

export const usage = `Usage: reconcile [--repair] [--page-size N] [--json]

Compares every account with what user-service knows of it, and says what differs.

  --repair        sends each account that differs to user-service once more
  --page-size N   accounts that are compared at a time: 1 to ${mostPerPage}, otherwise ${mostPerPage}
  --json          a line of JSON for each difference, and one with the counts at the end

Ends with 0 when nothing differs, or everything that did is repaired or on its way; with 2 when something still does;
with 1 when it could not be done.
`

interface CommandNeeds {
  reconcile: ReconcileAccounts
  print: (text: string) => void
  warn: (text: string) => void
}

/** `reconcile …` from its arguments to its exit code. */
export const createReconcileCommand =
  ({ reconcile, print, warn }: CommandNeeds) =>
  async (args: readonly string[]) => {
    if (args.includes('--help') || args[0] === 'help') {
      print(usage)
      return 0
    }
    let parsed: ReturnType<typeof parseArguments>
    try {
      parsed = parseArguments(args)
    } catch (error) {
      warn(`reconcile: ${(error as Error).message}\n\n${usage}`)
      return 1
    }
    const { pageSize, repair, json } = parsed
    try {
      const result = await reconcile({
        pageSize,
        repair,
        onFinding: (finding) =>
          print(json ? `${JSON.stringify(presentFinding(finding))}\n` : lineOf(finding)),
      })
      print(json ? `${JSON.stringify({ summary: presentSummary(result) })}\n` : summaryOf(result, repair))
      return openOf(result) === 0 ? 0 : 2
    } catch (error) {
      warn(`reconcile: ${reasonOf(error)}\n`)
      return 1
    }
  }

const parseArguments = (args: readonly string[]) => {
  const { values } = parseArgs({
    args: [...args],
    options: { repair: { type: 'boolean' }, 'page-size': { type: 'string' }, json: { type: 'boolean' } },
  })
  const { repair = false, json = false, 'page-size': size = String(mostPerPage) } = values
  const pageSize = /^\d{1,4}$/.test(size) ? Number(size) : 0
  if (pageSize < 1 || pageSize > mostPerPage)
    throw new Error(`--page-size has to be a whole number from 1 to ${mostPerPage}`)
  return { repair, json, pageSize }
}

const presentFinding = (finding: Finding) => ({
  account_id: finding.accountId,
  difference: finding.kind,
  ...(finding.kind === 'differs' && { in: finding.in }),
  state: finding.state,
})

const presentSummary = ({ accounts, missing, unknown, differing, onTheWay, repaired }: Reconciliation) => ({
  accounts,
  missing,
  unknown,
  differing,
  on_the_way: onTheWay,
  repaired,
})

const openOf = ({ missing, unknown, differing, repaired }: Reconciliation) =>
  missing + unknown + differing - repaired

const words = {
  missing: 'user-service does not know it',
  unknown: 'only user-service knows it',
} as const

const lineOf = (finding: Finding) => {
  const what = finding.kind === 'differs' ? `differs in ${finding.in.join(', ')}` : words[finding.kind]
  const state = finding.state === 'found' ? '' : ` (${finding.state})`
  return `account ${finding.accountId}: ${what}${state}\n`
}

const summaryOf = (result: Reconciliation, repair: boolean) => {
  const { accounts, missing, unknown, differing, onTheWay, repaired } = result
  const counts =
    `${accounts} accounts compared: ${missing} missing there, ${unknown} unknown here, ${differing} differ, ` +
    `${onTheWay} on their way\n`
  if (repair) return `${counts}${repaired} repaired: each is sent to user-service once more\n`
  return missing + differing === 0
    ? counts
    : `${counts}"reconcile --repair" sends them to user-service once more\n`
}

/** Of a failed query only what is no value of it. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = describeError(error)
  return message === 'a database query failed' && cause ? `${message} (${cause.message})` : message
}
