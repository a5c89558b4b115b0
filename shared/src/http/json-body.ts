import express, { type Request, type RequestHandler } from 'express'
import { ServiceError } from '../errors/service-error.ts'

const limitBytes = 100_000

const readBytes = express.raw({ type: () => true, limit: limitBytes, inflate: false })

/** Reads a JSON body, strictly: UTF-8 only, nothing repaired on the way. Leaves the value in `request.body`. */
export const readJsonBody: RequestHandler = (request, response, next) => {
  if (!isJson(request)) throw new ServiceError('unsupported_media_type')
  readBytes(request, response, (error) => {
    if (error) return next(error)
    try {
      request.body = parse(request.body as Buffer | undefined)
      next()
    } catch (cause) {
      next(new ServiceError('malformed_json', { cause }))
    }
  })
}

const isJson = (request: Request) => {
  const [mediaType, ...parameters] = (request.header('content-type') ?? '').toLowerCase().split(';')
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith('charset='))
  return (
    mediaType?.trim() === 'application/json' && (charset === undefined || /^charset="?utf-8"?$/.test(charset))
  )
}

const parse = (bytes: Buffer | undefined): unknown =>
  JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes ?? Buffer.alloc(0)))
