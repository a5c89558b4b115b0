export interface Block {
  first: readonly number[]
  second: readonly number[]
}

/**
 * How far two groups of measurements lie apart by their ranks (Mann–Whitney U), in standard deviations of what chance
 * alone would give; above 0 where the first group is the higher one. Ranked block by block, and summed up: what drifts
 * from block to block, as the load of a machine does, drifts for both.
 */
export const rankTest = (blocks: readonly Block[]): number => {
  let deviation = 0
  let variance = 0
  for (const { first, second } of blocks) {
    const [n, m] = [first.length, second.length]
    // Each block weighs as much as it can tell (van Elteren).
    const weight = 1 / (n + m + 1)
    deviation += weight * (countAbove(first, second) - (n * m) / 2)
    variance += weight ** 2 * ((n * m * (n + m + 1)) / 12)
  }
  return deviation / Math.sqrt(variance)
}

/** U: the pairs in which the first is higher. A tie is half a pair. */
const countAbove = (first: readonly number[], second: readonly number[]) =>
  first.reduce(
    (sum, one) => sum + second.reduce((above, other) => above + (Math.sign(one - other) + 1) / 2, 0),
    0,
  )

export const toBlocks = ({ first, second }: Block, size: number): Block[] =>
  Array.from({ length: Math.ceil(first.length / size) }, (_, index) => {
    const part = (group: readonly number[]) => group.slice(index * size, (index + 1) * size)
    return { first: part(first), second: part(second) }
  })
