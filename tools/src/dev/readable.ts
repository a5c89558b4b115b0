import { z } from 'zod'

const logLine = z.looseObject({ level: z.string(), time: z.string(), msg: z.string().default('') })

const hidden = new Set(['level', 'time', 'msg', 'service', 'err', 'v'])

/** A JSON log line as a person reads it: `12:01:07 info  request method=GET route=/me status=200`. */
export const readable = (line: string): string => {
  const parsed = logLine.safeParse(parseJson(line))
  if (!parsed.success) return line
  const { level, time, msg, ...rest } = parsed.data
  const facts = Object.entries(rest)
    .filter(([name]) => !hidden.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  const error = z.looseObject({ message: z.string() }).safeParse(rest['err'])
  if (error.success) facts.push(`error=${JSON.stringify(error.data.message)}`)
  return [time.slice(11, 19), level.padEnd(5), msg, ...facts].join(' ')
}

const parseJson = (line: string): unknown => {
  if (!line.startsWith('{')) return undefined
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const frame = /^\s+at .*?\(?(?:file:\/\/)?([^\s()]+):(\d+):(\d+)\)?$/

/** The one line that matters of what a process wrote before it died. */
export const crashLine = (stderr: readonly string[], root: string): string => {
  const relative = (text: string) => text.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '')
  const syntax = stderr.find((line) => /:\d+:\d+: ERROR: /.test(line))
  if (syntax !== undefined) return `syntax error in ${relative(syntax.trim()).replace(' ERROR:', '')}`
  const said = stderr.find((line) => / cannot start: /.test(line))
  if (said !== undefined) {
    const start = stderr.indexOf(said)
    const details = stderr.slice(start + 1).filter((line) => line.startsWith('  ') && !frame.test(line))
    const message = said.slice(said.indexOf('cannot start: '))
    const where = stderr.map((line) => frame.exec(line)).find((match) => match?.[1]?.startsWith(root))
    const place = where ? ` (${relative(where[1] ?? '')}:${where[2]})` : ''
    return [message, ...details.map((line) => line.trim())].join(' ') + place
  }
  const error = stderr.find((line) => /^(?:Uncaught )?\w*Error\b.*: /.test(line))
  return relative(error ?? stderr.find((line) => line.trim() !== '') ?? 'it said nothing')
}
