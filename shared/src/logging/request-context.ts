import { AsyncLocalStorage } from 'node:async_hooks'

interface RequestContext {
  requestId: string
  /** W3C Trace Context, as the caller sent it. */
  traceparent?: string | undefined
}

const storage = new AsyncLocalStorage<RequestContext>()

/** Everything that `work` does, however late, knows the request it belongs to: log lines and published events. */
export const withRequestId = <Result>(requestId: string, work: () => Result, traceparent?: string): Result =>
  storage.run({ requestId, traceparent }, work)

export const currentRequestId = (): string | undefined => storage.getStore()?.requestId

export const currentTraceparent = (): string | undefined => storage.getStore()?.traceparent

export const traceIdOf = (traceparent: string) => traceparent.split('-')[1]
