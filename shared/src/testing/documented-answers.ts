import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { OpenApiDocument } from '../http/openapi.ts'

export interface Answer {
  status: number
  contentType: string | undefined
  headers: Record<string, string | undefined>
  body: unknown
}

/** Says what is wrong with an answer by the letter of the OpenAPI document; `undefined`: nothing. */
export const createAnswerCheck = (document: OpenApiDocument) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'openapi', ...document })
  const compiled = new Map<string, ValidateFunction>()
  const validatorOf = (pointer: string) => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `openapi#${pointer}` })
    compiled.set(pointer, known)
    return known
  }

  return (method: string, path: string, answer: Answer): string | undefined => {
    const template = findTemplate(Object.keys(document.paths ?? {}), path)
    const operation = `/paths/${escape(template)}/${method.toLowerCase()}`
    const found = lookUp(document, `${operation}/responses/${answer.status}`)
    const name = `${method.toUpperCase()} ${template}`
    if (found === undefined) return `${name}: status ${answer.status} is not documented`
    const { pointer, value } = found
    const { content, headers } = value as { content?: object; headers?: Record<string, unknown> }
    const missing = Object.keys(headers ?? {}).find((header) => !answer.headers[header.toLowerCase()])
    if (missing !== undefined) return `${name}: ${answer.status} lacks the header ${missing}`
    if (content === undefined)
      return isEmpty(answer.body) ? undefined : `${name}: ${answer.status} has a body and should not`
    const mediaType = (answer.contentType ?? '').split(';')[0] ?? ''
    if (!(mediaType in content)) return `${name}: ${answer.status} came as ${answer.contentType}`
    const validate = validatorOf(`${pointer}/content/${escape(mediaType)}/schema`)
    return validate(answer.body)
      ? undefined
      : `${name}: ${answer.status} has another shape: ${ajv.errorsText(validate.errors)}`
  }
}

const isEmpty = (body: unknown) =>
  body === undefined || body === '' || (typeof body === 'object' && Object.keys(body ?? {}).length === 0)

const escape = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1')

const unescape = (segment: string) => segment.replaceAll('~1', '/').replaceAll('~0', '~')

const findTemplate = (templates: string[], path: string) =>
  templates.find((template) =>
    new RegExp(`^${template.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  ) ?? path

/** What a JSON pointer leads to, following one reference. */
const lookUp = (document: object, pointer: string): { pointer: string; value: unknown } | undefined => {
  let value: unknown = document
  for (const segment of pointer.slice(1).split('/'))
    value = (value as Record<string, unknown> | undefined)?.[unescape(segment)]
  if (value === undefined) return undefined
  const { $ref } = value as { $ref?: string }
  return $ref === undefined ? { pointer, value } : lookUp(document, $ref.slice(1))
}
