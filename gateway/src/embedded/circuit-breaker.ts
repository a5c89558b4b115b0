import type { CircuitBreaker as Settings } from './configuration-modules.ts'

type State = 'closed' | 'half-open' | 'open'

interface CircuitBreakerNeeds {
  settings: Pick<Settings, 'interval' | 'timeout' | 'max_errors'>
  onChange: (from: State, to: State) => void
  now?: () => number
}

export interface Attempt {
  succeeded(): void
  failed(): void
  /** By the client's own will: it says nothing of the service. */
  abandoned(): void
}

/**
 * As KrakenD's: after more failures in a row than `max_errors` nobody tries for `timeout` seconds, then one does, and
 * what becomes of it decides for all. What counts is that an answer came, not what it says.
 */
export const createCircuitBreaker = ({
  settings: { interval, timeout, max_errors },
  onChange,
  now = () => performance.now(),
}: CircuitBreakerNeeds) => {
  let state: State = 'closed'
  // What was begun before the last change decides nothing any more.
  let generation = 0
  let failures = 0
  let trying = false
  let endsAt = now() + interval * 1000

  const enter = (next: State) => {
    const previous = state
    state = next
    generation += 1
    failures = 0
    trying = false
    endsAt = now() + (next === 'open' ? timeout : interval) * 1000
    if (previous !== next) onChange(previous, next)
  }

  const passTime = () => {
    if (state === 'half-open' || now() < endsAt) return
    enter(state === 'open' ? 'half-open' : 'closed')
  }

  return {
    /** `undefined`: not now. */
    attempt: (): Attempt | undefined => {
      passTime()
      if (state === 'open' || trying) return undefined
      trying = state === 'half-open'
      const begun = generation
      const ifCurrent = (decide: () => void) => () => {
        passTime()
        if (begun === generation) decide()
      }
      return {
        succeeded: ifCurrent(() => {
          if (state === 'half-open') enter('closed')
          else failures = 0
        }),
        failed: ifCurrent(() => {
          failures += 1
          if (state === 'half-open' || failures > max_errors) enter('open')
        }),
        abandoned: ifCurrent(() => {
          trying = false
        }),
      }
    },
  }
}
