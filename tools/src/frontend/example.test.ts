import { execFile } from 'node:child_process'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { root } from '../verify/testing/start-service.ts'

// As the starters of most frontends have it.
const options = {
  ...{ strict: true, noEmit: true, types: [], lib: ['es2022', 'dom', 'dom.iterable'] },
  ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler' },
}

it('the client, copied into a project of its own, compiles with the examples of docs/frontend.md', async () => {
  const page = await readFile(join(root, 'docs/frontend.md'), 'utf8')
  const examples = [...page.matchAll(/^```ts\n([^]*?)^```/gm)].map(([, example = '']) => example)
  expect(examples).toHaveLength(2)
  const folder = await mkdtemp(join(tmpdir(), 'frontend-'))
  try {
    await copyFile(join(root, 'gateway/client/accounts-client.ts'), join(folder, 'accounts-client.ts'))
    await writeFile(join(folder, 'main.ts'), examples.join('\n'))
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options }))
    const compiling = promisify(execFile)('node_modules/.bin/tsc', ['-p', folder], { cwd: root })
    expect(await compiling.catch((error: unknown) => error)).toMatchObject({ stdout: '' })
  } finally {
    await rm(folder, { recursive: true })
  }
})
