export type Turns = <Result>(work: () => Promise<Result>) => Promise<Result>

/** Installers run one after another: they share locks, the network and the processor. */
export const createTurns = (): Turns => {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }
}
