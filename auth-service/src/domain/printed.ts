const widest = 60

/** Anybody may have written it: nothing of it may move the cursor of a terminal, or turn its text round. */
export const printable = (text: string) =>
  text.replaceAll(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )

/** The beginning of what may be long. */
export const shortened = (text: string) => {
  const plain = printable(text)
  return plain.length > widest ? `${plain.slice(0, widest - 1)}…` : plain
}

/** In columns, each as wide as the widest of its cells. */
export const table = (columns: readonly string[], rows: readonly (readonly string[])[]) => {
  const lines = [columns, ...rows].map((row) => row.map(printable))
  const width = (column: number) => Math.max(...lines.map((line) => line[column]?.length ?? 0))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(width(column)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A line for each member. */
export const members = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${`${name}:`.padEnd(12)}${printable(value)}`)
    .join('\n')
