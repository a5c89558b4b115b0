import { checkDrift } from '../db/drift.ts'
import { findStale, generatedFiles } from '../generate/files.ts'
import { findProgram } from '../engines/find-program.ts'
import { krakendChecks } from './krakend.ts'
import { type Check, runChecks } from './run-checks.ts'
import { runChecker } from './run-checker.ts'

const tool =
  (name: string, ...words: string[]) =>
  () =>
    runChecker(`node_modules/.bin/${name}`, words)

const krakendBinary = process.env['KRAKEND_BIN'] ?? findProgram('krakend', process.env['PATH'] ?? '')

const checks: Check[] = [
  { name: 'types', run: tool('tsc', '-p', 'tsconfig.json') },
  { name: 'types of the client for browsers', run: tool('tsc', '-p', 'gateway/client', '--noEmit') },
  {
    name: 'production build',
    run: tool('tsc', '-b', 'auth-service/tsconfig.build.json', 'user-service/tsconfig.build.json'),
  },
  { name: 'lint', run: tool('oxlint', '--type-aware', '--quiet') },
  { name: 'format', run: tool('oxfmt', '--check') },
  { name: 'dead code', run: tool('knip', '--no-progress') },
  {
    name: 'import rules',
    run: tool('depcruise', 'shared/src', 'auth-service/src', 'user-service/src', 'gateway/src', 'tools/src'),
  },
  {
    name: 'generated files',
    run: async () =>
      (await findStale(generatedFiles())).map((path) => `${path} is stale: run "pnpm generate"`),
  },
  { name: 'database drift', run: checkDrift },
  ...(krakendBinary === undefined ? [] : krakendChecks(krakendBinary)),
]

process.exitCode = (await runChecks(checks, (line) => process.stdout.write(`${line}\n`))) ? 0 : 1
