export type Reply<Done> = { done: Done } | { fault: string }

/** The other end of `startWorker`. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what comes through a channel has no type of its own
export const answerParent = <Task, Done>(work: (task: Task) => Promise<Done>) => {
  const reply = (message: Reply<Done>) => void process.send?.(message)
  process.on('message', (task) => {
    work(task as Task).then(
      (done) => reply({ done }),
      (error: unknown) => reply({ fault: error instanceof Error ? error.message : String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
}
