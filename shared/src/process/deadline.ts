/** Waits no longer than the deadline. What was waited for goes on by itself: its own end has to be harmless. */
export const withDeadline = async <Result>(
  work: PromiseLike<Result>,
  milliseconds: number,
  createError: () => Error,
): Promise<Result> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(createError())
    }, milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
