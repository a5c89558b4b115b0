import type { ErrorCode } from './codes.ts'

export interface FieldError {
  path: string
  message: string
}

interface ServiceErrorDetails {
  /** Shown to the client: never put a secret or an internal name here. */
  detail?: string
  errors?: FieldError[]
  headers?: Record<string, string>
  cause?: unknown
}

/** An expected failure: its code decides the answer, its cause is for the log only. */
export class ServiceError extends Error {
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly errors: FieldError[] | undefined
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, { detail, errors, headers, cause }: ServiceErrorDetails = {}) {
    super(code, cause === undefined ? undefined : { cause })
    this.name = 'ServiceError'
    this.code = code
    this.detail = detail
    this.errors = errors
    this.headers = headers ?? {}
  }
}
