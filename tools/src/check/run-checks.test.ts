import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findStale } from '../generate/files.ts'
import { runChecker } from './run-checker.ts'
import { runChecks } from './run-checks.ts'

const node = (script: string) => () => runChecker(process.execPath, ['-e', script])

describe('run-checks', () => {
  it('every check runs whatever the others find, and each is told with what it found', async () => {
    const lines: string[] = []
    const passed = await runChecks(
      [
        { name: 'finds', run: node('console.log("one\\ntwo"); process.exit(1)') },
        { name: 'breaks', run: () => Promise.reject(new Error('no such tool')) },
        { name: 'is silent', run: node('process.exit(3)') },
        { name: 'is content', run: node('console.log("all is well")') },
      ],
      (line) => lines.push(line.replace(/ \(.* s\)$/, '')),
    )
    expect(passed).toBe(false)
    const said = lines.join('\n')
    expect(said).toContain('FAIL finds\n     one\n     two')
    expect(said).toContain('FAIL breaks\n     Error: no such tool')
    expect(said).toMatch(/FAIL is silent\n {5}\S+ ended with exit code 3 and said nothing/)
    expect(said).toContain('ok   is content')
    expect(said).not.toContain('all is well')
  })

  it('passes when every check does', async () => {
    expect(await runChecks([{ name: 'is content', run: node('') }], () => {})).toBe(true)
  })
})

describe('generated files', () => {
  it('one that differs from the code, and one that is missing, is stale', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'generated-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = (name: string) => ({ path: join(folder, name), content: 'as the code says\n' })
    await writeFile(file('same').path, file('same').content)
    await writeFile(file('edited').path, 'by hand\n')
    const stale = await findStale([file('same'), file('edited'), file('missing')])
    expect(stale).toEqual([file('edited').path, file('missing').path])
  })
})
