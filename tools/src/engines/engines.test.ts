import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeOn } from '@accounts/shared/testing/engines'
import { connect as connectRabbitmq } from 'amqplib'
import { Redis } from 'ioredis'
import { chromium } from 'playwright-core'
import connectPostgres from 'postgres'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '@accounts/shared/testing/free-port'

const unique = (prefix: string) => `${prefix}_${process.pid}_${Date.now()}`

describeOn('postgres', 'the engine itself', ({ TEST_POSTGRES_URL }) => {
  test('keeps a row in a database of its own', async () => {
    const admin = connectPostgres(TEST_POSTGRES_URL, { max: 1 })
    onTestFinished(() => admin.end())
    const [version] = await admin<{ version: string }[]>`select version()`
    expect(version?.version).toMatch(/^PostgreSQL \d+/)

    const database = unique('engine')
    await admin`create database ${admin(database)}`
    onTestFinished(async () => void (await admin`drop database ${admin(database)} with (force)`))
    const sql = connectPostgres(TEST_POSTGRES_URL, { max: 1, database })
    onTestFinished(() => sql.end())
    await sql`create table word (id int generated always as identity primary key, text text not null)`
    await sql`insert into word (text) values ('Привет'), ('hello')`
    expect(await sql`select id, lower(text) as text from word order by id`).toEqual([
      { id: 1, text: 'привет' },
      { id: 2, text: 'hello' },
    ])
  })
})

describeOn('rabbitmq', 'the engine itself', ({ TEST_RABBITMQ_URL, TEST_RABBITMQ_MANAGEMENT_URL }) => {
  test('confirms a message in a durable quorum queue, gives it back, and lists the queue', async () => {
    const connection = await connectRabbitmq(TEST_RABBITMQ_URL)
    onTestFinished(() => connection.close())
    const channel = await connection.createConfirmChannel()
    const queue = unique('engine')
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
    onTestFinished(async () => void (await channel.deleteQueue(queue)))
    channel.sendToQueue(queue, Buffer.from('hello'), { persistent: true })
    await channel.waitForConfirms()
    const message = await channel.get(queue, { noAck: true })
    expect(message && message.content.toString()).toBe('hello')

    const address = new URL(`api/queues/%2F/${queue}`, TEST_RABBITMQ_MANAGEMENT_URL)
    const authorization = `Basic ${btoa(`${address.username}:${address.password}`)}`
    address.username = address.password = ''
    const listed = async () => (await fetch(address, { headers: { authorization } })).json()
    await expect
      .poll(listed, { timeout: 10_000 })
      .toMatchObject({ name: queue, type: 'quorum', durable: true })
  })
})

describeOn('redis', 'the engine itself', ({ TEST_REDIS_URL }) => {
  test('keeps a value until it expires', async () => {
    const redis = new Redis(TEST_REDIS_URL)
    onTestFinished(() => redis.disconnect())
    const [lasting, brief] = [unique('lasting'), unique('brief')]
    await redis.set(lasting, 'kept', 'EX', 60)
    await redis.set(brief, 'gone', 'PX', 20)
    await expect.poll(() => redis.get(brief), { timeout: 5_000 }).toBeNull()
    expect(await redis.get(lasting)).toBe('kept')
    await redis.del(lasting)
  })
})

describeOn('krakend', 'the engine itself', ({ TEST_KRAKEND_BIN }) => {
  test('accepts a configuration and answers on its port', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'accounts-krakend-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const port = await freePort()
    const file = join(folder, 'krakend.json')
    const backend = [{ host: ['http://127.0.0.1:1'], url_pattern: '/' }]
    const endpoints = [{ endpoint: '/probe', backend }]
    await writeFile(file, JSON.stringify({ version: 3, listen_ip: '127.0.0.1', port, endpoints }))
    const env = { ...process.env, USAGE_DISABLE: '1' }

    const check = spawnSync(TEST_KRAKEND_BIN, ['check', '-t', '-c', file], {
      env,
      encoding: 'utf8',
      timeout: 15_000,
    })
    expect(check.status, check.stdout + check.stderr).toBe(0)

    const gateway = spawn(TEST_KRAKEND_BIN, ['run', '-c', file], { env, stdio: 'ignore' })
    const ended = once(gateway, 'exit')
    onTestFinished(async () => {
      gateway.kill('SIGKILL')
      await ended
    })
    const health = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/__health`, { signal: AbortSignal.timeout(2_000) })
      return answer.status
    }
    await expect.poll(() => health().catch(String), { timeout: 10_000 }).toBe(200)
  })
})

describeOn('chromium', 'the engine itself', ({ TEST_CHROMIUM_BIN }) => {
  test('renders a page of this machine', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end('<title>wrong</title><script>document.title = "right"</script>')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => void server.close())
    const browser = await chromium.launch({
      executablePath: TEST_CHROMIUM_BIN,
      args: [
        ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    })
    onTestFinished(() => browser.close())
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    expect(await page.title()).toBe('right')
  })
})
