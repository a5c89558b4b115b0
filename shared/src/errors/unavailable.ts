import { ServiceError } from './service-error.ts'

/** What is needed can't serve now but may later: the client gets a 503, the log the reason. */
export const createUnavailable = (reason: string, cause?: unknown) =>
  new ServiceError('unavailable', { cause: new Error(reason, { cause }) })
