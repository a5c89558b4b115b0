import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { OpenApiDocument } from '../http/openapi.ts'

export interface Answer {
  status: number
  contentType: string | undefined
  headers: Record<string, string | undefined>
  body: unknown
}

/** What is wrong with a document by the rules of OpenAPI itself; `undefined`: nothing. */
export const findDocumentFault = async (document: OpenApiDocument): Promise<string | undefined> => {
  const { valid, errors } = await new Validator().validate(structuredClone({ ...document }))
  return valid ? undefined : JSON.stringify(errors)
}

/**
 * Says what is wrong with an answer by the letter of the OpenAPI document; `undefined`: nothing. An answer that the
 * document marks with `x-may-be-empty` has its content, or none and no type.
 */
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
    const template = findTemplate(document, method.toLowerCase(), path)
    const operation = `/paths/${escape(template)}/${method.toLowerCase()}`
    const found = lookUp(document, `${operation}/responses/${answer.status}`)
    const name = `${method.toUpperCase()} ${template}`
    if (found === undefined) return `${name}: status ${answer.status} is not documented`
    const { pointer, value } = found
    const { content, headers, 'x-may-be-empty': mayBeEmpty } = value as DocumentedAnswer
    if (mayBeEmpty && answer.contentType === undefined && isEmpty(answer.body)) return undefined
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

interface DocumentedAnswer {
  content?: object
  headers?: Record<string, unknown>
  'x-may-be-empty'?: boolean
}

const isEmpty = (body: unknown) =>
  body === undefined || body === '' || (typeof body === 'object' && Object.keys(body ?? {}).length === 0)

const escape = (segment: string) => segment.replaceAll('~', '~0').replaceAll('/', '~1')

const unescape = (segment: string) => segment.replaceAll('~1', '/').replaceAll('~0', '~')

/** A path without parameters comes before those that have some. */
const findTemplate = ({ paths = {} }: OpenApiDocument, method: string, path: string) => {
  const templates = Object.keys(paths).filter((template) => Object.hasOwn(paths[template] ?? {}, method))
  return templates.includes(path) ? path : (templates.find((template) => matches(template, path)) ?? path)
}

const matches = (template: string, path: string) =>
  new RegExp(`^${template.replaceAll('.', String.raw`\.`).replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)

/** What a JSON pointer leads to, following one reference. */
const lookUp = (document: object, pointer: string): { pointer: string; value: unknown } | undefined => {
  let value: unknown = document
  for (const segment of pointer.slice(1).split('/'))
    value = (value as Record<string, unknown> | undefined)?.[unescape(segment)]
  if (value === undefined) return undefined
  const { $ref } = value as { $ref?: string }
  return $ref === undefined ? { pointer, value } : lookUp(document, $ref.slice(1))
}
