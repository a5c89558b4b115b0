/** The nearest-rank quantile: always a value that was really measured. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  if (found === undefined) throw new Error('nothing was measured')
  return found
}

/** Of an even number of values the mean of the two in the middle, so that neither side is favoured. */
export const median = (values: readonly number[]): number =>
  (quantile(values, 0.5) +
    -quantile(
      values.map((value) => -value),
      0.5,
    )) /
  2

export type Target = { atLeast: number } | { atMost: number }

export const meets = (ratio: number, target: Target): boolean =>
  'atLeast' in target ? ratio >= target.atLeast : ratio <= target.atMost

export interface Comparison {
  /** What is ours. */
  measured: number
  /** What it is held against. */
  limit: number
  ratio: number
  /** Of the ratios of single rounds. */
  lowest: number
  highest: number
}

/** Each round is compared with itself, so that a machine that slows down half-way spoils no ratio. */
export const compareRounds = (measured: readonly number[], limits: readonly number[]): Comparison => {
  if (measured.length !== limits.length) throw new Error('rounds are missing')
  const ratios = measured.map((value, round) => value / (limits[round] ?? Number.NaN))
  return {
    measured: median(measured),
    limit: median(limits),
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  }
}
