import type { Selection } from './selection.ts'
import type { Counts } from './summary.ts'
import type { EngineState } from './table.ts'

/** What else is wrong with a run, besides tests that failed. */
export const complaints = (
  total: Counts,
  states: readonly EngineState[],
  { ci, excused }: Selection,
): string[] => {
  const missing = states.flatMap((state) => {
    if (!ci || state.state !== 'absent' || excused.includes(state.name)) return []
    return [`CI is set and ${state.label} could not be had: ${state.reason}`]
  })
  return total.passed + total.failed === 0 ? ['No test ran.', ...missing] : missing
}
