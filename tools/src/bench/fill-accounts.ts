import { defaultEngineOptions, type Run } from '@accounts/shared/database/engine'
import { openEngine } from '@accounts/shared/database/open-engine'

const limitMilliseconds = 600_000
// What is searched for is among these, and what is rare is nowhere else: so that as much is found however many there are.
export const everywhere = 1_000

/** A role that every second account has. */
export const frequentRole = 'member'

/** The account with this number as somebody would register it; `accountsFrom` says the same in SQL. */
export const registrationOf = (number: number) => {
  const digits = String(number).padStart(7, '0')
  return { login: `Person_${digits}`, email: `mail.${digits}@example.com`, display_name: nameOf(digits) }
}

/** Digits are no letters, and a name has only those. */
const nameOf = (digits: string) =>
  `J${digits.replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)))} Doe`

const accountColumns = [
  ...['login', 'login_key', 'email', 'email_key', 'display_name'],
  ...['is_active', 'security_version', 'event_version'],
].join()

const accountsFrom = (first: number, last: number) => `
  select 'Person_' || digits as login, 'person_' || digits as login_key,
    'mail.' || digits || '@example.com' as email, 'mail.' || digits || '@example.com' as email_key,
    'J' || translate(digits, '0123456789', 'abcdefghij') || ' Doe' as display_name,
    number > ${everywhere} or number % 100 <> 0 as is_active, 1::bigint as security_version, 1::bigint as event_version
  from generate_series(${first}, ${last}) as number, lpad(number::text, 7, '0') as digits
  order by number`

const searchKeysFrom = (accounts: string) => `
  select id, encode(convert_to(lower(found), 'UTF8'), 'hex')
  from (${accounts}) as accounts,
    unnest(array[login, email, display_name, split_part(display_name, ' ', 2)]) as found`

const fillStatements = (count: number) => [
  `insert into auth_info (${accountColumns}, hashed_password, created_at, updated_at)
   select accounts.*, '$argon2id$v=19$m=19456,t=2,p=1$' || repeat('a', 65), now(), now()
   from (${accountsFrom(1, count)}) as accounts`,
  `insert into search_keys (user_id, key) ${searchKeysFrom('select * from auth_info order by id')}`,
  `insert into user_roles (user_id, role, granted_at)
   select id, '${frequentRole}', now() from auth_info where id % 2 = 0 order by id`,
]

/** So many accounts into an empty, migrated PostgreSQL database, numbered as their ids are. */
export const fillAccounts = async (url: string, count: number) =>
  withEngine(url, async (run) => {
    const restore = await dropChecks(run)
    for (const statement of [...fillStatements(count), ...restore]) await run(statement, [])
    // As a database is that has been used for a while.
    await run('vacuum (analyze)', [])
  })

/** Whether an account that was registered, under the next number, looks like those that were filled in. */
export const requireAlike = async (url: string, number: number, id: number) =>
  withEngine(url, async (run) => {
    const registered = `select * from auth_info where id = ${id}`
    const [rows, expected] = [
      await run(`select ${accountColumns} from (${registered}) as registered`, []),
      await run(accountsFrom(number, number), []),
    ]
    const [keys, expectedKeys] = [
      await run(`select user_id, key from search_keys where user_id = ${id} order by key`, []),
      await run(`${searchKeysFrom(registered)} order by 2`, []),
    ]
    const roles = await run(`select role from user_roles where user_id = ${id}`, [])
    const [found, wanted] = [
      JSON.stringify([rows, keys, roles]),
      JSON.stringify([expected, expectedKeys, []]),
    ]
    if (found !== wanted) throw new Error(`the service makes other rows: ${found} instead of ${wanted}`)
  })

export const withEngine = async <Result>(url: string, work: (run: Run) => Promise<Result>) => {
  const engine = await openEngine(url, {
    ...defaultEngineOptions,
    applicationName: 'bench',
    statementTimeoutMilliseconds: limitMilliseconds,
  })
  try {
    return await work(engine.run)
  } finally {
    await engine.close()
  }
}

/** Rows come many times as fast into tables that have no indexes yet; what is returned brings them back. */
const dropChecks = async (run: Run): Promise<string[]> => {
  const keys = (await run(
    `select conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
    [],
  )) as [string, string, string][]
  const indexes = (await run(
    `select quote_ident(indexname), indexdef from pg_indexes
     where schemaname = 'public' and tablename in ('auth_info', 'search_keys', 'user_roles')
       and indexname not in (select conname from pg_constraint)`,
    [],
  )) as [string, string][]
  for (const [table, name] of keys) await run(`alter table ${table} drop constraint ${name}`, [])
  for (const [name] of indexes) await run(`drop index ${name}`, [])
  return [
    ...indexes.map(([, definition]) => definition),
    ...keys.map(([table, name, definition]) => `alter table ${table} add constraint ${name} ${definition}`),
  ]
}
