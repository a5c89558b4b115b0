import type { ServerResponse } from 'node:http'
import type { RawHeaders } from './edge-headers.ts'
import { gatewayHeaders } from './headers.ts'

/** Where an answer goes, and what every answer on this way carries. */
export interface Reply {
  response: ServerResponse
  edge: RawHeaders
}

export const sendError = ({ response, edge }: Reply, status: number, body: unknown, headers: string[] = []) =>
  sendJson({ response, edge: [...edge, ...gatewayHeaders, ...headers] }, status, body)

export const sendHealth = (reply: Reply) =>
  sendJson(reply, 200, { agents: {}, now: new Date().toISOString(), status: 'ok' })

const sendJson = ({ response, edge }: Reply, status: number, body: unknown) => {
  const text = JSON.stringify(body)
  const type = 'application/json; charset=utf-8'
  const length = String(Buffer.byteLength(text))
  response.writeHead(status, [...edge, 'Content-Type', type, 'Content-Length', length]).end(text)
}

export const sendText = ({ response, edge }: Reply, text: string) => {
  response.writeHead(400, [...edge, 'Content-Type', 'text/plain; charset=utf-8']).end(text)
}

/** A refusal as KrakenD has it: without a body, and so with nothing that a client could read. */
export const sendEmpty = ({ response, edge }: Reply, status: number) => {
  const length = status === 204 ? [] : ['Content-Length', '0']
  response.writeHead(status, [...edge, ...length]).end()
}

/** The same where a service should have answered. */
export const sendNoAnswer = ({ response, edge }: Reply) =>
  sendEmpty({ response, edge: [...edge, ...gatewayHeaders] }, 500)
