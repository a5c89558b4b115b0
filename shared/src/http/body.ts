import express, { type Request, type Response } from 'express'
import { ServiceError } from '../errors/service-error.ts'
import { parseStrictJson } from './strict-json.ts'

const limitBytes = 100_000

const readRaw = express.raw({ type: () => true, limit: limitBytes, inflate: false })

const kinds = {
  json: { mediaType: 'application/json', parse: parseStrictJson, fault: 'malformed_json' },
  form: { mediaType: 'application/x-www-form-urlencoded', parse: parseForm, fault: 'malformed_request' },
} as const

/** Reads a body, strictly: UTF-8 only, nothing repaired on the way. */
export const readBody = async (
  request: Request,
  response: Response,
  type: keyof typeof kinds,
): Promise<unknown> => {
  const { mediaType, parse, fault } = kinds[type]
  if (!isOfType(request, mediaType)) throw new ServiceError('unsupported_media_type')
  const bytes = await new Promise<Buffer>((resolve, reject) => {
    readRaw(request, response, (error?: Error) => {
      if (error) reject(error)
      // Left as it was where there is no body at all.
      else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0))
    })
  })
  try {
    return parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new ServiceError(fault, { cause })
  }
}

const isOfType = (request: Request, expected: string) => {
  const [mediaType, ...parameters] = (request.header('content-type') ?? '').toLowerCase().split(';')
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='))
  return mediaType?.trim() === expected && (charset === undefined || /^charset="?utf-8"?$/.test(charset))
}

function parseForm(text: string) {
  const members = [...new URLSearchParams(text)]
  if (new Set(members.map(([name]) => name)).size < members.length) throw new Error('a member is given twice')
  return Object.fromEntries(members)
}
