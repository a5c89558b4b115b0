import { type FSWatcher, watch } from 'node:fs'
import { join } from 'node:path'

const settleMilliseconds = 150

/** Calls `changed` once after a burst of edits below `paths`. Returns what ends the watching. */
export const watchPaths = (root: string, paths: readonly string[], changed: (file: string) => void) => {
  let pending: NodeJS.Timeout | undefined
  const watchers: FSWatcher[] = paths.map((path) =>
    watch(join(root, path), { recursive: true }, (_event, file) => {
      if (file === null || /\.test\.ts$|(^|\/)\.|~$/.test(file)) return
      clearTimeout(pending)
      pending = setTimeout(changed, settleMilliseconds, file)
    }),
  )
  return () => {
    clearTimeout(pending)
    for (const watcher of watchers) watcher.close()
  }
}
