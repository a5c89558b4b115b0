import { engineNames } from '@accounts/shared/testing/engine-labels'
import type { EngineName } from '@accounts/shared/testing/engine-labels'

export class SelectionError extends Error {}

export type Selection = { use: EngineName[]; excused: EngineName[]; ci: boolean }

const readNames = (variable: string, value: string): EngineName[] =>
  value.split(',').map((part) => {
    const name = engineNames.find((known) => known === part.trim())
    if (name === undefined) {
      const hint = variable === 'TEST_ENGINES' ? ', or just "none"' : ''
      throw new SelectionError(
        `${variable}: "${part.trim()}" is no engine; give a comma list of ${engineNames.join(', ')}${hint}`,
      )
    }
    return name
  })

/** Which engines a run wants, and which of them it may go without. */
export const readSelection = (environment: NodeJS.ProcessEnv): Selection => {
  const wanted = environment['TEST_ENGINES']?.trim()
  const excused = environment['TEST_ENGINES_EXCUSED']?.trim()
  const chosen = wanted === 'none' ? [] : wanted ? readNames('TEST_ENGINES', wanted) : engineNames
  return {
    use: engineNames.filter((name) => chosen.includes(name)),
    excused: excused ? readNames('TEST_ENGINES_EXCUSED', excused) : [],
    ci: !['', '0', 'false'].includes(environment['CI']?.trim().toLowerCase() ?? ''),
  }
}
