import type { Bench } from './scenario.ts'

/**
 * Everyone once a round, each round beginning with another: what drifts drifts for all of them. A round before the
 * first one warms up and is forgotten.
 */
export const measureInTurn = async <Measured extends object>(
  { rounds, say }: Pick<Bench, 'rounds' | 'say'>,
  contestants: { [Name in keyof Measured]: () => Promise<Measured[Name]> },
): Promise<{ [Name in keyof Measured]: Measured[Name][] }> => {
  const names = Object.keys(contestants) as (keyof Measured)[]
  const measured = Object.fromEntries(names.map((name) => [name, []])) as unknown as {
    [Name in keyof Measured]: Measured[Name][]
  }
  for (let round = 0; round <= rounds; round += 1) {
    say(round === 0 ? 'warming up' : `round ${round} of ${rounds}`)
    const first = round % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const result = await contestants[name]()
      if (round > 0) measured[name].push(result)
    }
  }
  return measured
}
