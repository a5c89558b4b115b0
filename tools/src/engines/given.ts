import type { ReadyEngine, Way } from './engine.ts'

/** The way that is there when somebody names the engine in the environment. */
export const given = (
  environment: NodeJS.ProcessEnv,
  variable: string,
  get: (value: string) => Promise<ReadyEngine>,
): Way[] => {
  const value = environment[variable]
  return value ? [{ source: variable, explicit: true, get: () => get(value) }] : []
}

export const nothingToEnd = async () => {}
