import type { Inspector } from './inspector.ts'
import type { Ledger } from './ledger.ts'

interface AccountRow {
  id: number | string
  login: string
  display_name: string
  is_active: boolean | number
  security_version: number | string
  event_version: number | string
}

interface StateRow {
  auth_id: number | string
  event_version: number | string
  security_version: number | string
  is_active: boolean | number
}

interface ProfileRow {
  auth_id: number | string
  display_name: string
  is_active: boolean | number
}

export interface Verdict {
  accounts: number
  events: number
  /** Each is one broken promise. */
  faults: string[]
}

const mostShown = 10

/** Compares what clients were told with what both databases hold. */
export const judge = async (ledger: Ledger, auth: Inspector, user: Inspector): Promise<Verdict> => {
  const accounts = await auth.all<AccountRow>(
    'select id, login, display_name, is_active, security_version, event_version from auth_info',
  )
  const states = indexBy(await user.all<StateRow>('select * from account_states'), ({ auth_id }) => auth_id)
  const profiles = indexBy(
    await user.all<ProfileRow>('select * from user_profiles'),
    ({ auth_id }) => auth_id,
  )
  const effects = await user.all<{
    auth_id: number | string
    effects: number | string
    versions: number | string
  }>('select auth_id, count(*) as effects, count(distinct version) as versions from inbox group by auth_id')
  const byLogin = new Map(accounts.map((account) => [account.login, account]))
  const faults = [...ledger.wrongAnswers]

  for (const entry of ledger.entries) {
    if (entry.id === null) continue
    const account = byLogin.get(entry.login)
    if (account === undefined || Number(account.id) !== entry.id)
      faults.push(`${entry.login}: was told 2xx and is not there`)
    else if (entry.deactivated === Boolean(account.is_active))
      faults.push(`${entry.login}: active is wrong in auth-service`)
  }
  for (const account of accounts) {
    const { login } = account
    const state = states.get(Number(account.id))
    const profile = profiles.get(Number(account.id))
    if (!state || !profile) {
      faults.push(`${login}: ${state ? 'has no profile' : 'user-service has never heard of it'}`)
      continue
    }
    if (profile.display_name !== account.display_name) faults.push(`${login}: another display name`)
    for (const [what, here, there] of [
      ['profile active', Boolean(profile.is_active), Boolean(account.is_active)],
      ['state active', Boolean(state.is_active), Boolean(account.is_active)],
      ['event version', Number(state.event_version), Number(account.event_version)],
      ['security version', Number(state.security_version), expectedSecurityVersion(account, state)],
    ] as const)
      if (here !== there) faults.push(`${login}: ${what} is ${here}, not ${there}`)
  }
  const ids = new Set(accounts.map(({ id }) => Number(id)))
  for (const id of [...states.keys(), ...profiles.keys()])
    if (!ids.has(id)) faults.push(`account ${id}: in user-service without a committed cause`)
  for (const { auth_id, effects: count, versions } of effects)
    if (Number(count) !== Number(versions)) faults.push(`account ${auth_id}: an event took effect twice`)

  const left = await leftOver(auth, user)
  if (left.waiting > 0) faults.push(`${left.waiting} events still wait to be sent`)
  if (left.pending > 0) faults.push(`${left.pending} events still wait for earlier ones`)
  return { accounts: accounts.length, events: left.events, faults: shorten(faults) }
}

/** A deactivated account is refused whatever its version, so its last raise need not travel; with a snapshot it does. */
const expectedSecurityVersion = ({ is_active, security_version }: AccountRow, state: StateRow) => {
  const version = Number(security_version)
  return !is_active && Number(state.security_version) === version - 1 ? version - 1 : version
}

export const leftOver = async (auth: Inspector, user: Inspector) => {
  const count = async (inspector: Inspector, query: string) =>
    Number((await inspector.all<{ n: unknown }>(query))[0]?.n)
  return {
    events: await count(auth, 'select count(*) as n from outbox'),
    waiting: await count(auth, `select count(*) as n from outbox where state = 'waiting'`),
    parked: await count(auth, `select count(*) as n from outbox where state = 'parked'`),
    pending: await count(user, 'select count(*) as n from pending_events'),
    behind:
      (await versions(auth, 'select id, event_version from auth_info')) -
      (await versions(user, 'select auth_id as id, event_version from account_states')),
  }
}

const versions = async (inspector: Inspector, query: string) =>
  (await inspector.all<{ event_version: unknown }>(query)).reduce(
    (sum, row) => sum + Number(row.event_version),
    0,
  )

const indexBy = <Row>(rows: readonly Row[], key: (row: Row) => number | string) =>
  new Map(rows.map((row) => [Number(key(row)), row]))

const shorten = (faults: readonly string[]) =>
  faults.length <= mostShown
    ? [...faults]
    : [...faults.slice(0, mostShown), `… ${faults.length - mostShown} more`]
