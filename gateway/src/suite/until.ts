import { setTimeout as wait } from 'node:timers/promises'

const deadlineMilliseconds = 10_000

/** Waits for something to become true; when it doesn't, says what. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>) => {
  const deadline = performance.now() + deadlineMilliseconds
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${deadlineMilliseconds} ms: ${what}`)
    await wait(20)
  }
}
