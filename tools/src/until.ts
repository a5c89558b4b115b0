import { setTimeout as delay } from 'node:timers/promises'

const pollMilliseconds = 20

/** Asks until the answer is there; says what was waited for when it never comes. */
export const until = async <Answer>(
  what: string,
  ask: () => Promise<Answer | undefined | false> | Answer | undefined | false,
  withinMilliseconds = 60_000,
): Promise<Answer> => {
  const deadline = performance.now() + withinMilliseconds
  for (;;) {
    const answer = await ask()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > deadline) throw new Error(`not within ${withinMilliseconds / 1000} s: ${what}`)
    await delay(pollMilliseconds)
  }
}
