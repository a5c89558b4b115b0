import { Parser } from '@asyncapi/parser'
import { readAsyncApiDocument } from '@accounts/shared/events/asyncapi'
import { describe, expect, it } from 'vitest'

const parser = new Parser()
const document = readAsyncApiDocument()
const events = Object.keys(document.components.messages)

// As in the Language Server Protocol: from 0, an error, to 3, a hint.
const isError = ({ severity }: { severity: number }) => severity === 0

const errorsOf = async (candidate: object) => {
  const diagnostics = await parser.validate(JSON.stringify(candidate))
  return diagnostics.filter(isError).map(({ message }) => message)
}

const withMessage = (change: object) => {
  const { components } = document
  const { Register } = components.messages
  return {
    ...document,
    components: { ...components, messages: { ...components.messages, Register: { ...Register, ...change } } },
  }
}

describe('asyncapi.json', () => {
  it('is an AsyncAPI 3 document without an error, with its operations and messages', async () => {
    expect(await errorsOf(document)).toEqual([])
    const { document: parsed } = await parser.parse(JSON.stringify(document))
    expect(parsed?.version()).toBe('3.0.0')
    const operations = parsed?.operations().all() ?? []
    expect(operations.map((operation) => [operation.action(), operation.messages().all().length])).toEqual([
      ['send', events.length],
      ['receive', events.length],
    ])
  })

  it.each([
    ['a schema that is none', withMessage({ payload: { type: 'text' } })],
    ['a reference to nothing', withMessage({ headers: { $ref: '#/components/schemas/Nothing' } })],
    ['a binding that AMQP has not', withMessage({ bindings: { amqp: { messageKind: 'x' } } })],
    ['a member that AsyncAPI has not', withMessage({ routingKey: 'account.registered' })],
    ['no channels to operate on', { ...document, channels: {} }],
  ])('%s would be found', async (_what, broken) => {
    expect(await errorsOf(broken)).not.toEqual([])
  })
})
