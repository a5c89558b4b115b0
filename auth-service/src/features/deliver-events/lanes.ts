/** Work that has to be done one after the other within its lane; lanes don't wait for each other. */
export const createLanes = () => {
  /** The last work of each lane that has some; false: it failed. */
  const lanes = new Map<number, Promise<boolean>>()
  const lengths = new Map<number, number>()
  const lengthOf = (lane: number) => lengths.get(lane) ?? 0

  return {
    /** `work` is told whether what was before it succeeded; it must not throw. */
    add: (lane: number, work: (isClear: boolean) => Promise<boolean>) => {
      const before = lanes.get(lane) ?? Promise.resolve(true)
      const done: Promise<boolean> = before.then(work).finally(() => {
        if (lanes.get(lane) === done) lanes.delete(lane)
        if (lengthOf(lane) > 1) lengths.set(lane, lengthOf(lane) - 1)
        else lengths.delete(lane)
      })
      lengths.set(lane, lengthOf(lane) + 1)
      lanes.set(lane, done)
      return done
    },
    lengthOf,
    longerThan: (length: number) => [...lengths.keys()].filter((lane) => lengthOf(lane) > length),
    settle: async () => Promise.all(lanes.values()),
  }
}
