import { describe } from 'vitest'
import { embeddedLabels, engines, suiteTitle } from './engine-labels.ts'
import type { EmbeddedName, EngineName } from './engine-labels.ts'

type EngineEnvironment<Name extends EngineName> = Record<(typeof engines)[Name]['variables'][number], string>

/** A suite on a real engine; where the engine could not be had its tests are reported as skipped. */
export const describeOn = <Name extends EngineName>(
  name: Name,
  suite: string,
  body: (env: EngineEnvironment<Name>) => void,
) => {
  const { label, variables } = engines[name]
  const absent = variables.some((variable) => !process.env[variable])
  // The body also runs where it is skipped, to register its tests: what it derives from the address must not throw.
  const value = (variable: string) => process.env[variable] || `absent://${name}.invalid`
  const env = Object.fromEntries(variables.map((variable) => [variable, value(variable)]))
  describe.skipIf(absent)(suiteTitle(suite, label), () => body(env as EngineEnvironment<Name>))
}

/** The same suite on what is embedded, under a title that the table at the end of the run understands. */
export const describeEmbedded = (name: EmbeddedName, suite: string, body: () => void) => {
  describe(suiteTitle(suite, embeddedLabels[name]), body)
}
