/**
 * Paths and queries are handled as bytes, one character each: what is not valid UTF-8 goes to the service as it came,
 * for the service to refuse.
 */

const decodeBytes = (text: string) =>
  text.replaceAll(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

const encodeBytes = (bytes: string, kept: RegExp) =>
  Array.from(bytes, (byte) =>
    kept.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')

const badEscape = /%(?![0-9A-Fa-f]{2})[^]{0,2}/

/** The decoded path, or null where it holds a `%` that escapes nothing. */
export const decodePath = (rawPath: string): string | null =>
  badEscape.test(rawPath) ? null : decodeBytes(rawPath)

/** Why KrakenD refuses a parameter: after decoding it must not hold anything that a service could decode again. */
export const parameterFault = (value: string): string | null => {
  const escape = badEscape.exec(value)?.[0]
  if (escape !== undefined) return `error: invalid URL escape ${JSON.stringify(escape)}`
  return /[%?#]/.test(value) ? 'error: encoded url params' : null
}

/** Control characters can't be part of a URL, escaped or not, for KrakenD's HTTP client. */
export const hasControlCharacter = (value: string) =>
  Array.from(value).some((byte) => byte < ' ' || byte === '\x7f')

export const fillPattern = (pattern: string, parameters: ReadonlyMap<string, string>) =>
  pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeBytes(parameters.get(name) ?? '', /[\w.~!$&'()*+,;=:@-]/),
  )

/** Only the listed names pass, in the order of their names, each with all its values. */
export const filterQuery = (rawQuery: string, listed: readonly string[]): string => {
  const pairs = rawQuery
    .split('&')
    .filter((pair) => pair !== '' && !pair.includes(';') && !badEscape.test(pair))
    .map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return [name, value.join('=')].map((part) => decodeBytes(part.replaceAll('+', ' '))) as [string, string]
    })
  return listed
    .toSorted()
    .flatMap((name) => pairs.filter(([given]) => given === name))
    .map((pair) => pair.map((part) => encodeBytes(part, /[\w.~-]/)).join('='))
    .join('&')
}
