const everyMilliseconds = 10_000

/** Says that a long step began, and every ten seconds how long it has taken and what it wrote last. */
export const withProgress = async <Result>(
  say: (line: string) => void,
  step: string,
  work: (onLine: (line: string) => void) => Promise<Result>,
): Promise<Result> => {
  const started = Date.now()
  let lastLine = ''
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1_000)
    say(`${step}, ${seconds} s so far${lastLine && `: ${lastLine.trim().slice(0, 80)}`}`)
  }, everyMilliseconds)
  say(step)
  try {
    return await work((line) => {
      lastLine = line
    })
  } finally {
    clearInterval(timer)
  }
}
