import { type ChildProcess, spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { readGoldenMessages } from '@accounts/shared/events/golden/golden-messages'
import { createRabbitTrial, type RabbitTrial } from '@accounts/shared/messaging/testing/rabbitmq-trial'
import { describeOn } from '@accounts/shared/testing/engines'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'

const docs = await readFile('docs/events.md', 'utf8')
const listener = /```js\n([^]*?)```/.exec(docs)?.[1] ?? ''

const handle = `const handle = async (properties) => console.log(properties.type + ' ' + properties.messageId)\n`

describeOn('rabbitmq', 'the listener of docs/events.md', (env) => {
  let trial: RabbitTrial
  let service: ChildProcess
  let said = ''
  beforeAll(async () => {
    trial = await createRabbitTrial({
      url: env.TEST_RABBITMQ_URL,
      managementUrl: env.TEST_RABBITMQ_MANAGEMENT_URL,
    })
  })
  afterAll(async () => {
    service?.kill()
    await trial?.end()
  })

  it('hears what it bound its queue to, and takes nothing from user-service', async () => {
    const bus = await trial.open()
    // In this package, because that is where amqplib is.
    service = spawn(process.execPath, ['--input-type=module', '--eval', handle + listener], {
      cwd: new URL('../../', import.meta.url),
      env: { ...process.env, RABBITMQ_URL: trial.url() },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    service.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()))

    const messages = readGoldenMessages().map(({ message }) => message)
    const register = messages.find(({ type }) => type === 'Register')
    if (register === undefined) throw new Error('there is no golden message of Register')
    const waiting = { timeout: 10_000, interval: 50 }
    await vi.waitFor(async () => {
      await bus.publish({ ...register, id: 'bound?' })
      expect(said).toContain('bound?')
    }, waiting)
    for (const message of [...messages, { ...register, id: 'last' }]) await bus.publish(message)
    await vi.waitFor(() => expect(said).toContain('Register last'), waiting)

    expect(said.replaceAll('Register bound?\n', '')).toBe(`Register ${register.id}\nRegister last\n`)
    const kept = (await trial.drain('user_info')).map(({ id }) => id).filter((id) => id !== 'bound?')
    expect(kept).toEqual([...messages.map(({ id }) => id), 'last'])
  })
})
