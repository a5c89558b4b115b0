import { spawnSync } from 'node:child_process'
import { embeddedEngine, krakendEngine } from '@accounts/gateway/suite/gateway-engine'
import { createPostgresDatabase, createSqliteDatabase } from '@accounts/shared/testing/databases'
import { describeEmbedded, describeOn } from '@accounts/shared/testing/engines'
import { expect, test } from 'vitest'
import { describeLoginTime } from './suite/login-time.ts'
import { describeSecurity } from './suite/security.ts'
import { describeSigningKeys } from './suite/signing-keys.ts'
import { describeSystem } from './testing/describe-system.ts'
import { program, root } from './testing/start-service.ts'

const suite = 'security seen from outside'
const onSqlite = { gateway: embeddedEngine, createDatabase: createSqliteDatabase }

describeEmbedded('sqlite', suite, () =>
  describeSystem(onSqlite, (world, system) => {
    describeSecurity(world)
    describeSigningKeys(world, system)
    describeLoginTime(world)

    const verify = (...words: string[]) =>
      spawnSync(process.execPath, [...program('tools/src/verify/main.ts'), ...words], {
        ...{ cwd: root, encoding: 'utf8', timeout: 60_000, env: { PATH: process.env['PATH'] } },
      })

    test('pnpm verify tells what it found, leaves no account, and ends with 0', async () => {
      await world().people.leave()
      const { status, stdout } = verify('--target', system().target.url, '--only', '9,19')
      expect({ status, lines: stdout.split('\n').map((line) => line.replace(/ \(.*/, '')) }).toEqual({
        status: 0,
        lines: [
          `${system().target.url}: what can be seen of its security from outside`,
          '',
          'ok      9. every login makes a new session id',
          "ok      9. nobody ends somebody else's session with its refresh token",
          'ok      19. of registrations of one login or address at once, in different case, one wins',
          '',
          '3 passed, 0 failed, 0 skipped',
          '',
        ],
      })
      expect(await system().activeLogins()).toEqual([])
    }, 60_000)

    test('pnpm verify tells what is wrong, and ends with 1', () => {
      // Not the gateway: the keys are there, but not the paths.
      const { status, stdout } = verify('--target', system().target.authServiceUrl, '--only', '9')
      expect(status).toBe(1)
      expect(stdout).toMatch(/^FAILED {2}9\. every login makes .*\n {8}expected 201, but the answer was 404/m)
      expect(stdout).toMatch(/\n0 passed, 2 failed, 0 skipped\n$/)
    }, 60_000)
  }),
)

describeOn('postgres', suite, ({ TEST_POSTGRES_URL }) => {
  const createDatabase = async () => createPostgresDatabase(TEST_POSTGRES_URL)
  describeSystem({ gateway: embeddedEngine, createDatabase }, describeSecurity)
})

describeOn('krakend', suite, ({ TEST_KRAKEND_BIN }) =>
  describeSystem({ ...onSqlite, gateway: krakendEngine(TEST_KRAKEND_BIN) }, describeSecurity),
)
