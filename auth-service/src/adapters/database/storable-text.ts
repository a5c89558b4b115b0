/** What a client said of itself, fit to be kept: PostgreSQL refuses NUL, and nobody needs it at any length. */
export const storableText = (text: string, maxLength: number): string =>
  text
    .replaceAll('\0', '')
    .slice(0, maxLength)
    // Half of a pair that the cut has split.
    .replace(/[\uD800-\uDBFF]$/, '')

/** The longest IPv6 address with a zone stays below it. */
const maxIpLength = 64

export const storableIp = (ip: string): string => storableText(ip, maxIpLength)
