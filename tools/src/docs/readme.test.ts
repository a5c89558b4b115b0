import { execFileSync } from 'node:child_process'
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePorts } from '@accounts/shared/testing/free-port'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startDev } from '../dev/testing/dev-system.ts'

const readme = await readFile('README.md', 'utf8')

/** Every command of the tour with the beginning of the answer that stands below it. */
const tour = [...readme.matchAll(/^(curl .*)\n# → (.*)$/gm)].map(([, command = '', answer = '']) => ({
  command,
  answer,
}))

describe('README', () => {
  describe('the curl tour', () => {
    let data: string
    let system: ReturnType<typeof startDev>
    let ports: Record<string, string>

    beforeAll(async () => {
      data = await mkdtemp(join(tmpdir(), 'readme-'))
      const [gateway = '', auth = '', user = ''] = (await freePorts(3)).map(String)
      ports = { 8080: gateway, 8000: auth, 8001: user }
      system = startDev({
        folder: '.',
        environment: { DATA_FOLDER: data, GATEWAY_PORT: gateway, AUTH_PORT: auth, USER_PORT: user },
      })
      await vi.waitFor(() => expect(system.output()).toContain('Ctrl-C stops everything.'), {
        timeout: 30_000,
      })
    })
    afterAll(async () => {
      system.child.kill('SIGTERM')
      await system.ended
      await rm(data, { recursive: true })
    })

    it('has a line for every curl of the page', () => {
      expect(tour.length).toBeGreaterThan(5)
      expect(readme.match(/^curl /gm)).toHaveLength(tour.length)
    })

    it.each(tour)('$command', ({ command, answer }) => {
      const here = command.replaceAll(/localhost:(\d+)/g, (_, port: string) => `127.0.0.1:${ports[port]}`)
      const said = execFileSync('sh', ['-c', here], { encoding: 'utf8' })
      expect(said.slice(0, answer.length)).toBe(answer)
    })
  })

  it('maps every folder of the project, and none that is not there', async () => {
    const mapped = [...readme.matchAll(/^\| `([\w-]+)\/` +\|/gm)].map(([, name]) => name)
    const entries = await readdir('.', { withFileTypes: true })
    const kept = entries.filter(
      (entry) => entry.isDirectory() && !/^\.|^node_modules$|^data$/.test(entry.name),
    )
    expect(mapped.toSorted()).toEqual(kept.map(({ name }) => name).toSorted())
  })
})

describe('documentation', async () => {
  const pages = [
    'README.md',
    ...(await readdir('docs', { recursive: true })).map((page) => join('docs', page)),
  ]

  it.each(pages.filter((page) => page.endsWith('.md')))(
    '%s: every relative link leads somewhere',
    async (page) => {
      const text = await readFile(page, 'utf8')
      const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) =>
        join(dirname(page), target),
      )
      const broken: string[] = []
      for (const target of targets) await access(target).catch(() => broken.push(target))
      expect(broken).toEqual([])
    },
  )
})
