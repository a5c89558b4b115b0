import { engines } from '@accounts/shared/testing/engine-labels'
import type { Outcome } from '../engines/engine.ts'

const absenceOf = (name: string) => `TEST_${name.toUpperCase()}_ABSENT`

/** Tests see the engines of this run and no others, also when the caller's environment names one that is left out. */
export const testEnvironment = (
  inherited: NodeJS.ProcessEnv,
  outcomes: readonly Outcome[],
): NodeJS.ProcessEnv => {
  const environment = { ...inherited }
  for (const [name, { variables }] of Object.entries(engines)) {
    for (const variable of [...variables, absenceOf(name)]) delete environment[variable]
  }
  for (const outcome of outcomes) {
    if (outcome.state === 'ready') Object.assign(environment, outcome.env)
    else environment[absenceOf(outcome.name)] = outcome.reason
  }
  return environment
}
