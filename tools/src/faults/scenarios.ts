import { killing } from './scenarios/kills.ts'
import { spoilingLinks } from './scenarios/links.ts'
import { spoilingProcesses } from './scenarios/processes.ts'
import { spoilingQueues } from './scenarios/queue.ts'

export const scenarios = [...killing, ...spoilingLinks, ...spoilingQueues, ...spoilingProcesses].toSorted(
  (one, other) => one.number - other.number,
)
