/** Sleep that others can end. What ends it before it begins is not lost. */
export const createRest = () => {
  let isOver = false
  let wakeUp = () => {}

  return {
    /** What ended an earlier rest counts no more. */
    begin: () => {
      isOver = false
    },
    end: () => {
      isOver = true
      wakeUp()
    },
    upTo: async (milliseconds: number) => {
      if (isOver) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds)
        wakeUp = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      wakeUp = () => {}
    },
  }
}
