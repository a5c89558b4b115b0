import { parseArgs } from 'node:util'
import { type CommandAnswer, defineCommand } from '../../command-line/command.ts'
import type { Finding, Reconciliation, ReconcileAccounts } from './reconcile-accounts.ts'

/** The most that user-service answers at a time. */
const mostPerPage = 500

const usage = `Usage: reconcile [--repair] [--page-size N] [--json]

Compares every account with what user-service knows of it, and says what differs.

  --repair        sends each account that differs to user-service once more
  --page-size N   accounts that are compared at a time: 1 to ${mostPerPage}, otherwise ${mostPerPage}
  --json          a line of JSON for each difference, and one with the counts at the end

Ends with 0 when nothing differs, or everything that did is repaired or on its way; with 2 when something still does;
with 1 when it could not be done.
`

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
  return `account ${finding.accountId}: ${what}${state}`
}

const summaryOf = (result: Reconciliation, repair: boolean) => {
  const { accounts, missing, unknown, differing, onTheWay, repaired } = result
  const counts =
    `${accounts} accounts compared: ${missing} missing there, ${unknown} unknown here, ${differing} differ, ` +
    `${onTheWay} on their way`
  if (repair) return `${counts}\n${repaired} repaired: each is sent to user-service once more`
  return missing + differing === 0
    ? counts
    : `${counts}\n"reconcile --repair" sends them to user-service once more`
}

interface ReconcileUseCases {
  reconcileAccounts: ReconcileAccounts
}

const run = async (
  { pageSize, repair, json }: ReturnType<typeof parseArguments>,
  { reconcileAccounts }: ReconcileUseCases,
  print: (text: string) => void,
): Promise<CommandAnswer> => {
  const onFinding = (finding: Finding) =>
    print(`${json ? JSON.stringify(presentFinding(finding)) : lineOf(finding)}\n`)
  const result = await reconcileAccounts({ pageSize, repair, onFinding })
  return {
    text: summaryOf(result, repair),
    json: { summary: presentSummary(result) },
    code: openOf(result) === 0 ? 0 : 2,
  }
}

export const createReconcileCommand = defineCommand({ name: 'reconcile', usage, parse: parseArguments, run })
