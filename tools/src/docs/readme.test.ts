import { execFileSync } from 'node:child_process'
import { access, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePorts } from '@accounts/shared/testing/free-port'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startDev } from '../dev/testing/dev-system.ts'

const readme = await readFile('README.md', 'utf8')

const tourText = /## A tour with curl\n([^]*?)\n## /.exec(readme)?.[1] ?? ''

/** Every command of the tour, with the beginning of the answer where one stands below it. */
const tour = [...tourText.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) =>
  // A command goes on for as long as a quote or a backslash says so: to the next line that begins one, or an answer.
  [...block.matchAll(/^((?:curl|[A-Z_]+=)[^]*?)\n(?:# → (.*)\n)?(?=curl|[A-Z_]+=|$(?![^]))/gm)].map(
    ([, command = '', answer]) => ({ command, answer }),
  ),
)

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

    /** In one shell, as somebody would paste it; the output of each command goes into a file. */
    const run = (folder: string) => {
      const script = tour
        .map(({ command }, index) => `{ ${command}\n} > '${join(folder, String(index))}' 2>&1`)
        .join('\n')
        .replaceAll(/localhost:(\d+)/g, (_, port: string) => `127.0.0.1:${ports[port]}`)
      execFileSync('sh', ['-c', script])
    }

    it('has every curl of the page, each with its answer or with something that is made of it', () => {
      const curls = tour.filter(({ command }) => command.includes('curl '))
      expect(curls).toHaveLength(readme.match(/\bcurl -s/g)?.length ?? 0)
      for (const { command, answer } of tour)
        expect(answer === undefined, command).toBe(/^[A-Z_]+=/.test(command))
    })

    it('gives the answers that stand there', async () => {
      const outputs = await mkdtemp(join(tmpdir(), 'readme-outputs-'))
      run(outputs)
      for (const [index, { command, answer = '' }] of tour.entries()) {
        const said = await readFile(join(outputs, String(index)), 'utf8')
        expect(said.slice(0, answer.length), command).toBe(answer)
      }
      await rm(outputs, { recursive: true })
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
