import type { Processes } from './processes.ts'
import type { Comparison, Target } from './statistics.ts'

/** What a scenario works with. */
export interface Bench {
  rounds: number
  /** How long each thing is measured in a round. */
  seconds: number
  /** How many accounts take part. */
  accounts: number
  /** More than can be hashed at a time, and no more than the service lets wait. */
  loginsInFlight: number
  /** `built`, as in production, is what counts; `sources` needs no build, and more memory. */
  serviceFrom: 'built' | 'sources'
  /** Where there is none, what needs it is left out. */
  rabbitmq?: { url: string; managementUrl: string } | undefined
  /** Empty, and removed afterwards. */
  folder: string
  /** All are ended afterwards. */
  processes: Processes
  say: (line: string) => void
}

export interface Result extends Comparison {
  what: string
  unit: '/s' | 'ms' | 'MB'
  /** Left out where the figure only explains another one. */
  target?: Target
}

export interface Outcome {
  results: Result[]
  /** What a reader needs to judge the figures. */
  notes: string[]
}

export interface Scenario {
  name: string
  /** Ours against what. */
  about: string
  usesRabbitmq?: boolean
  run: (bench: Bench) => Promise<Outcome>
}
