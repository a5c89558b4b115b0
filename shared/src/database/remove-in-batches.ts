import { setImmediate } from 'node:timers/promises'

export interface RemovalLimits {
  /** Rows that one statement removes. */
  batchSize: number
  /** What is left over after so many is for the next run. */
  maxBatches: number
}

export const defaultRemovalLimits: RemovalLimits = { batchSize: 500, maxBatches: 20 }

/** Says how many rows went. */
export const removeInBatches = async (
  { batchSize, maxBatches }: RemovalLimits,
  removeBatch: (batchSize: number) => Promise<unknown[]>,
): Promise<number> => {
  let removed = 0
  for (let batch = 0; batch < maxBatches; batch += 1) {
    const rows = await removeBatch(batchSize)
    removed += rows.length
    if (rows.length < batchSize) break
    // SQLite answers at once: without a pause, everybody else would wait for all batches.
    await setImmediate()
  }
  return removed
}
