import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '@accounts/shared/testing/free-port'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { copyWorkspace, startDev } from './testing/dev-system.ts'

const patience = { timeout: 30_000, interval: 50 }

describe('pnpm dev', () => {
  let workspace: Awaited<ReturnType<typeof copyWorkspace>>
  let data: string
  const running: ReturnType<typeof startDev>[] = []

  beforeAll(async () => {
    workspace = await copyWorkspace()
    data = await mkdtemp(join(tmpdir(), 'dev-data-'))
  })
  afterEach(() => {
    for (const system of running.splice(0)) system.destroy()
  })
  afterAll(async () => {
    await workspace.remove()
    await rm(data, { recursive: true, force: true })
  })

  const start = async (
    options: { environment?: Record<string, string>; words?: string[]; behindShells?: boolean } = {},
  ) => {
    const [gateway = '', auth = '', user = ''] = (await freePorts(3)).map(String)
    const ports = { GATEWAY_PORT: gateway, AUTH_PORT: auth, USER_PORT: user }
    const system = startDev({
      folder: workspace.folder,
      ...options,
      environment: { DATA_FOLDER: data, ...ports, ...options.environment },
    })
    running.push(system)
    return { ...system, ports }
  }

  const startReady = async (options: Parameters<typeof start>[0] = {}) => {
    const system = await start(options)
    await expect.poll(system.output, patience).toContain('Ctrl-C stops everything.')
    return system
  }

  it('brings everything up, and the curl line it prints works when pasted', async () => {
    const system = await startReady()
    const output = system.output()
    for (const part of ['gateway', 'auth-service', 'user-service', 'broker'])
      expect(output).toMatch(new RegExp(`^${part} .* ready$`, 'm'))
    const line = /^ {2}(curl .*)$/m.exec(output)?.[1] ?? ''
    const answer = execFileSync('sh', ['-c', line], { encoding: 'utf8' })
    expect(JSON.parse(answer)).toMatchObject({ user: { id: 1, login: 'johndoe' }, token_pair: {} })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    '%s stops everything, cleanly, and leaves no process',
    async (signal) => {
      const system = await startReady()
      process.kill(system.child.pid ?? 0, signal)
      expect(await system.ended).toBe(0)
      expect(system.left()).toEqual([])
      for (const part of ['gateway', 'auth-service', 'user-service'])
        expect(system.output()).toMatch(new RegExp(`^${part} .*stopped$`, 'm'))
    },
  )

  it('leaves no process when a package manager above it is killed, however far above', async () => {
    const system = await startReady({ behindShells: true })
    expect(system.left().length).toBeGreaterThan(5)
    process.kill(system.child.pid ?? 0, 'SIGKILL')
    await expect.poll(system.left, patience).toEqual([])
  })

  it('leaves no process when it is killed itself', async () => {
    const system = await startReady()
    process.kill(system.child.pid ?? 0, 'SIGKILL')
    await expect.poll(system.left, patience).toEqual([])
  })

  it('keeps its data from one start to the next, until it is told --clean', async () => {
    const kid = async (system: Awaited<ReturnType<typeof start>>) => {
      const response = await fetch(`http://127.0.0.1:${system.ports.GATEWAY_PORT}/.well-known/jwks.json`)
      const { keys } = (await response.json()) as { keys: { kid: string }[] }
      process.kill(system.child.pid ?? 0, 'SIGTERM')
      await system.ended
      return keys[0]?.kid
    }
    const first = await kid(await startReady())
    expect(await kid(await startReady())).toBe(first)
    await writeFile(join(data, 'notes.txt'), 'somebody else’s')
    expect(await kid(await startReady({ words: ['--clean'] }))).not.toBe(first)
    expect((await stat(join(data, 'notes.txt'))).isFile()).toBe(true)
  })

  it('a port in use is told in one line, nobody else is taken for the part, and the rest goes on', async () => {
    const other = createServer((_request, response) => response.end('{"checks":{}}')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const system = await start({ environment: { USER_PORT: String(port) } })
    await expect.poll(system.output, patience).toContain('Not everything is up')
    const said = system.output()
    expect(said).toContain(
      `user-service | port ${port} is in use: stop the program that has it or set USER_PORT to another\n`,
    )
    expect(said).toMatch(/^user-service .* not running$/m)
    expect(said).toMatch(/^auth-service .* ready$/m)
    other.close()
  })

  it('a syntax error is told in one line with its place; the part comes back when it is mended', async () => {
    const file = join(workspace.folder, 'user-service/src/compose.ts')
    const good = await readFile(file, 'utf8')
    const system = await startReady()
    await writeFile(file, `${good}\nconst = 1\n`)
    await expect
      .poll(system.output, patience)
      .toMatch(/^user-service \| stopped: syntax error in user-service\/src\/compose\.ts:\d+:\d+: /m)
    const before = system.output().length
    const auth = await fetch(`http://127.0.0.1:${system.ports.AUTH_PORT}/health/ready`)
    expect(auth.status).toBe(200)
    await writeFile(file, good)
    await expect.poll(() => system.output().slice(before), patience).toMatch(/^user-service \| .*listening/m)
  })

  it('a killed part is told in one line', async () => {
    const system = await startReady()
    const [pid] = execFileSync('pgrep', ['-g', String(system.child.pid), '-f', 'user-service/src/main.ts'], {
      encoding: 'utf8',
    }).split('\n')
    process.kill(Number(pid), 'SIGKILL')
    await expect.poll(system.output, patience).toContain('user-service | stopped: killed by SIGKILL\n')
  })

  describe('what can be known to be wrong stops it before anything starts, with one clear message', () => {
    const refuse = async (options: Parameters<typeof start>[0]) => {
      const system = await start(options)
      expect(await system.ended).toBe(1)
      expect(system.output()).not.toMatch(/\n {4}at |listening/)
      return system.output().trimEnd()
    }

    it('a malformed environment: every fault at once, by name', async () => {
      const environment = {
        GATEWAY_PORT: 'x',
        LOG_LEVEL: 'loud',
        RABBITMQ_URL: 'http://x',
        AUTH_DATABASE_URL: 'mysql://root:hunter2@x',
      }
      const said = await refuse({ environment })
      for (const name of Object.keys(environment))
        expect(said.match(new RegExp(`^ {2}${name}: `, 'gm'))).toHaveLength(1)
      expect(said).not.toContain('hunter2')
    })

    it.each([
      [
        'a missing binary',
        { KRAKEND_BIN: '/nowhere/krakend', GATEWAY: 'auto' },
        /^dev cannot start: KRAKEND_BIN names \/nowhere\/krakend, which cannot be run: .*$/,
      ],
      [
        'a missing gateway',
        { GATEWAY: 'krakend', PATH: '/nowhere' },
        /^dev cannot start: GATEWAY=krakend, but there is no krakend on PATH: .*$/,
      ],
      [
        'a data folder that cannot be',
        { DATA_FOLDER: './gateway/package.json/data' },
        /^dev cannot start: the data folder \S+ cannot be written \(ENOTDIR\): .*$/,
      ],
    ])('%s', async (_case, environment, message) => {
      expect(await refuse({ environment })).toMatch(message)
    })

    it('an unknown option', async () => {
      expect(await refuse({ words: ['--celan'] })).toMatch(/^dev cannot start: unknown option --celan: .*$/)
    })

    it.each([
      [
        'that is not JSON',
        (text: string) => text.slice(0, -10),
        /^dev cannot start: gateway\/krakend\.json: not valid JSON: .*$/,
      ],
      [
        'with a key that the gateway does not know',
        (text: string) => text.replace('"version": 3', '"version": 3, "plugin": {}'),
        /^dev cannot start: gateway\/krakend\.json: plugin is not implemented by the embedded gateway$/,
      ],
    ])('a declaration %s', async (_case, spoil, message) => {
      const file = join(workspace.folder, 'gateway/krakend.json')
      const good = await readFile(file, 'utf8')
      await writeFile(file, spoil(good))
      expect(await refuse({})).toMatch(message)
      await writeFile(file, good)
    })
  })
})
