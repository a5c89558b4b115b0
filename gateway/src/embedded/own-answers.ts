import type { ServerResponse } from 'node:http'
import { gatewayHeaders } from './headers.ts'

export const sendError = (response: ServerResponse, status: number, body: unknown, headers: string[] = []) =>
  sendJson(response, status, body, [...gatewayHeaders, ...headers])

export const sendHealth = (response: ServerResponse) =>
  sendJson(response, 200, { agents: {}, now: new Date().toISOString(), status: 'ok' }, [])

const sendJson = (response: ServerResponse, status: number, body: unknown, headers: string[]) => {
  const text = JSON.stringify(body)
  const length = String(Buffer.byteLength(text))
  response
    .writeHead(status, [
      ...headers,
      'Content-Type',
      'application/json; charset=utf-8',
      'Content-Length',
      length,
    ])
    .end(text)
}

export const sendText = (response: ServerResponse, text: string) => {
  response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
}

/** KrakenD has no body for it, and so nothing a client could read. */
export const sendNoAnswer = (response: ServerResponse) => {
  response.writeHead(500, [...gatewayHeaders, 'Content-Length', '0']).end()
}
