import type { OpenApiDocument } from '../http/openapi.ts'
import { createAnswerCheck } from './documented-answers.ts'
import type { Express } from 'express'
import request from 'supertest'

interface CallOptions {
  token?: string
  body?: unknown
  headers?: Record<string, string>
  /** Sent as it is, instead of a JSON body. */
  raw?: string | Buffer
}

export interface CallAnswer {
  status: number
  headers: Record<string, string>
  body: unknown
  text: string
}

export type Call = (
  method: 'get' | 'post' | 'put' | 'patch' | 'delete',
  path: string,
  options?: CallOptions,
) => Promise<CallAnswer>

/** Every answer is held against the OpenAPI document. */
export const createCall = (app: Express, openapi: OpenApiDocument): Call => {
  const faultOf = createAnswerCheck(openapi)
  return async (method, path, { token, body, headers = {}, raw } = {}) => {
    const sent = request(app)[method](path).set(headers)
    if (token !== undefined) sent.set('Authorization', `Bearer ${token}`)
    // Without a serializer of its own a Buffer would be sent as JSON about a Buffer.
    if (raw !== undefined) sent.serialize((bytes: string) => bytes).send(raw)
    else if (body !== undefined) sent.set('Content-Type', 'application/json').send(JSON.stringify(body))
    const answer = await sent
    const fault = faultOf(method, path.split('?')[0] ?? path, {
      status: answer.status,
      contentType: answer.headers['content-type'],
      headers: answer.headers,
      body: answer.body,
    })
    if (fault !== undefined) throw new Error(`an answer is not what the document says: ${fault}`)
    return answer
  }
}
