import { AsyncLocalStorage } from 'node:async_hooks'

interface RequestContext {
  requestId: string
}

const storage = new AsyncLocalStorage<RequestContext>()

/** Everything that `work` does, however late, knows the request it belongs to: log lines and published events. */
export const withRequestId = <Result>(requestId: string, work: () => Result): Result =>
  storage.run({ requestId }, work)

export const currentRequestId = (): string | undefined => storage.getStore()?.requestId
