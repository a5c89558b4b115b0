import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runChecker } from './run-checker.ts'

// Each file breaks one rule; together they are a small project of their own, read with the project's own rules.
const planted: Record<string, string> = {
  'auth-service/src/features/login/route.ts': `import '../../adapters/database/accounts.ts'\nexport const x = 1`,
  'auth-service/src/features/logout/route.ts': `import '../login/route.ts'`,
  'auth-service/src/domain/session.ts': `import '../ports.ts'`,
  'auth-service/src/ports.ts': `import './config.ts'`,
  'auth-service/src/config.ts': `import '../../user-service/src/config.ts'`,
  'auth-service/src/adapters/database/accounts.ts': `import '../../http/routes.ts'`,
  'auth-service/src/adapters/database/open.ts': `import 'postgres'`,
  'node_modules/postgres/package.json': '{"name":"postgres","main":"index.js"}',
  'node_modules/postgres/index.js': '',
  'auth-service/src/http/routes.ts': `import '../compose.ts'`,
  'auth-service/src/compose.ts': `import './main.ts'`,
  'auth-service/src/main.ts': `import './gone.ts'`,
  'user-service/src/config.ts': `import '../../shared/src/testing/http.ts'`,
  'shared/src/testing/http.ts': `export const x = 1`,
  'shared/src/a.ts': `import './b.ts'\nimport '../../auth-service/src/config.ts'`,
  'shared/src/b.ts': `import type {} from './a.ts'`,
  'gateway/src/router.ts': `import '../../user-service/src/config.ts'`,
}

const expected = [
  ['features-see-ports', 'auth-service/src/features/login/route.ts'],
  ['features-stand-alone', 'auth-service/src/features/logout/route.ts'],
  ['domain-is-pure', 'auth-service/src/domain/session.ts'],
  ['ports-are-types', 'auth-service/src/ports.ts'],
  ['services-stand-alone', 'auth-service/src/config.ts'],
  ['adapters-are-outside', 'auth-service/src/adapters/database/accounts.ts'],
  ['drivers-are-shared', 'auth-service/src/adapters/database/open.ts'],
  ['routes-only-translate', 'auth-service/src/http/routes.ts'],
  ['main-is-last', 'auth-service/src/compose.ts'],
  ['resolvable', 'auth-service/src/main.ts'],
  ['no-test-code', 'user-service/src/config.ts'],
  ['shared-is-below', 'shared/src/a.ts'],
  ['no-circle', 'shared/src/a.ts'],
  ['gateway-stands-alone', 'gateway/src/router.ts'],
] as const

describe('import rules', () => {
  let folder: string
  let said: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-rules-'))
    for (const [file, content] of Object.entries(planted)) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), `${content}\n`)
    }
    await cp('.dependency-cruiser.cjs', join(folder, '.dependency-cruiser.cjs'))
    const problems = await runChecker(
      resolve('node_modules/.bin/depcruise'),
      ['--output-type', 'err', 'shared/src', 'auth-service/src', 'user-service/src', 'gateway/src'],
      {},
      folder,
    )
    said = problems.join('\n')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each(expected)('%s is found in %s', (rule, file) => {
    expect(said).toMatch(new RegExp(`error ${rule}: ${file.replaceAll('.', '\\.')}`))
  })
})
