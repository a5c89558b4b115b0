import type { RequestLimit } from './route.ts'

/** For what costs little: far above what a person with a frontend does, far below what hurts. */
export const readLimit: RequestLimit = { burst: 100, requests: 20, every: '1s' }

/** For what changes something. */
export const changeLimit: RequestLimit = { burst: 30, requests: 60, every: '1m' }
