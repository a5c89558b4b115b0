import type { EngineName } from '@accounts/shared/testing/engine-labels'
import type { createAptGet } from './apt-get.ts'
import type { createDocker } from './docker.ts'
import type { Turns } from './turns.ts'

export type ReadyEngine = { version: string; env: Record<string, string>; end: () => Promise<void> }

/** One way to have an engine; `get` throws the reason in one line when it can't be had this way. */
export type Way = {
  source: string
  /** Asked for by name: when it fails nothing else is tried in its place. */
  explicit?: boolean
  get: () => Promise<ReadyEngine>
}

export type EngineNeeds = {
  environment: NodeJS.ProcessEnv
  runFolder: string
  signal: AbortSignal
  say: (line: string) => void
  find: (program: string) => string | undefined
  aptGet: ReturnType<typeof createAptGet>
  docker: ReturnType<typeof createDocker>
  turns: Turns
}

/** The ways to have an engine, in the order they are tried. */
export type Engine = (needs: EngineNeeds) => Way[]

type Named = { name: EngineName; label: string }

export type ReadyOutcome = Named & ReadyEngine & { state: 'ready'; source: string }
export type AbsentOutcome = Named & { state: 'absent'; reason: string }
export type Outcome = ReadyOutcome | AbsentOutcome
