const longest = 240

/** What an error says, fit for a cell of the table. */
export const oneLine = (error: unknown): string => {
  const { message, code } = error as { message?: string; code?: string }
  const text = (message || code || String(error)).replaceAll(/\s+/g, ' ').trim()
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text
}
