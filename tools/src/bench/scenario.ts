import type { Processes } from './processes.ts'
import type { Comparison, Target } from './statistics.ts'

/** What a scenario works with. */
export interface Bench {
  rounds: number
  /** How long each thing is measured in a round. */
  seconds: number
  /** How many accounts take part. */
  accounts: number
  /** How many there are where it is about how many there are. */
  manyAccounts: number
  /** More than can be hashed at a time, and no more than the service lets wait. */
  loginsInFlight: number
  /** `built`, as in production, is what counts; `sources` needs no build, and more memory. */
  serviceFrom: 'built' | 'sources'
  /** Of those that the scenario uses. Where one cannot be had, what needs it is left out. */
  engines: { postgresUrl?: string; rabbitmq?: { url: string; managementUrl: string } }
  /** Empty, and removed afterwards. */
  folder: string
  /** All are ended afterwards. */
  processes: Processes
  /** Done when everything has ended, however it ended. */
  atEnd: (work: () => Promise<unknown>) => void
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
  uses?: readonly ('postgres' | 'rabbitmq')[]
  run: (bench: Bench) => Promise<Outcome>
}
