import type { Answer } from '@accounts/gateway/suite/client'
import type { OpenApiDocument } from '@accounts/shared/http/openapi'
import { createAnswerCheck } from '@accounts/shared/testing/documented-answers'
import { expect } from 'vitest'
import type { Who } from './cast.ts'
import type { Operation } from './operations.ts'

const leaks = /node_modules|\.[jt]s:\d|sqlite|postgres|\bat .+:\d+:\d+/i

/** What holds for every answer, whatever was asked. */
export const createJudge = (document: OpenApiDocument) => {
  const faultOf = createAnswerCheck({ ...document, paths: { ...document.paths, ...strayPath } })

  const expectDocumented = ({ method, path }: Pick<Operation, 'method' | 'path'>, answer: Answer) => {
    const { status, headers, text } = answer
    const contentType = headers['content-type']
    const body = bodyOf(answer)
    expect(answer.cut).toBe(false)
    const fault = faultOf(method, path, {
      ...{ status, contentType, body },
      headers: headers as Record<string, string | undefined>,
    })
    expect(fault, fault).toBe(undefined)
    expect(namesOf(answer)).toEqual([...new Set(namesOf(answer))])
    if (status >= 400) expect(text).not.toMatch(leaks)
    if (contentType?.startsWith('application/problem+json'))
      expect(body).toMatchObject({ status, request_id: headers['x-request-id'] })
  }

  /** The token decides alone who is let in, whatever else is sent with it. */
  const expectAdmission = (
    { access, parameters, takesToken }: Operation,
    { judgement, who }: Sender,
    answer: Answer,
  ) => {
    const { status } = answer
    const isBeforeAdmission = status === 431 || (parameters.length > 0 && isOfRouter(answer))
    if (access === 'anyone' || judgement === 'unclear' || isBeforeAdmission) return
    if (judgement === 'bad') expect(status).toBe(401)
    else if (access === 'administrators' && who === 'user') expect(status).toBe(403)
    // What is in the body can be wrong, the token can not.
    else if (status === 401)
      expect(bodyOf(answer)).toMatchObject({ code: takesToken ? anyToken : 'wrong_credentials' })
    else expect(status).not.toBe(403)
  }
  /** To a path, or a method, that the document does not have. */
  const expectStray = (answer: Answer) => {
    expect(answer.headers).not.toHaveProperty('location')
    expectDocumented(stray, answer)
  }
  return { expectDocumented, expectAdmission, expectStray }
}

const anyToken = expect.stringMatching(/^token_/)

const stray = { method: 'GET', path: '/stray' }

const strayPath = {
  [stray.path]: {
    get: {
      responses: {
        404: { $ref: '#/components/responses/UnknownPath' },
        405: { $ref: '#/components/responses/OtherMethod' },
      },
    },
  },
}

interface Sender {
  judgement: 'good' | 'bad' | 'unclear'
  who: Who
}

const bodyOf = ({ headers, text }: Answer): unknown =>
  headers['content-type']?.includes('json') ? JSON.parse(text) : text

const namesOf = ({ rawHeaders }: Answer) =>
  rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())

/** What no token can change: a path that cannot be read, by the gateway or by the service, or leads elsewhere. */
const isOfRouter = ({ status, headers, text }: Answer) =>
  (status === 400 && headers['content-type']?.startsWith('text/plain')) ||
  (status === 400 && text.includes('"malformed_request"')) ||
  (status === 404 && headers['content-type']?.startsWith('application/json'))
