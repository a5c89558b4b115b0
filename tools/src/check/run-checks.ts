export interface Check {
  name: string
  /** The problems it found. */
  run: () => Promise<string[]>
}

// Type-aware lint and the compilers use several threads themselves.
const atOnce = 2

/** Runs every check, whatever the others find, and says of each in one line how it went. */
export const runChecks = async (checks: readonly Check[], say: (line: string) => void): Promise<boolean> => {
  const waiting = [...checks]
  let allPassed = true
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = performance.now()
      const problems = await check.run().catch((error: unknown) => [String(error)])
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      say(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${check.name} (${seconds} s)`)
      for (const problem of problems) say(problem.replaceAll(/^/gm, '     '))
      if (problems.length > 0) allPassed = false
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return allPassed
}
