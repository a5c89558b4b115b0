import { type ErrorCode, errorCodes } from '@accounts/shared/errors/codes'
import { expect } from 'vitest'
import type { Answer } from './client.ts'

/** An error that the gateway itself tells with a body: KrakenD can't send it as application/problem+json. */
export const expectProblem = (answer: Answer, status: number, code: ErrorCode) => {
  expect(answer.status).toBe(status)
  expect(answer.headers).toMatchObject({
    'content-type': 'application/json; charset=utf-8',
    'x-krakend': 'Version undefined',
    'x-krakend-completed': 'false',
  })
  expect(JSON.parse(answer.text)).toEqual({
    type: `urn:problem:${code}`,
    title: errorCodes[code].title,
    status,
    code,
  })
}

/** An error that the gateway has no body for: the service behind it did not answer. */
export const expectNoAnswer = (answer: Answer) => {
  expect(answer).toMatchObject({ status: 500, text: '', cut: false })
  expect(answer.headers).toMatchObject({ 'x-krakend': 'Version undefined', 'x-krakend-completed': 'false' })
}
