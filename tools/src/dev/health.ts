import { z } from 'zod'
import type { Part } from './part.ts'

export interface ProbeResult {
  name: string
  state: string
  ready: boolean
}

const readyAnswer = z.object({
  checks: z.record(z.string(), z.object({ ready: z.boolean(), reason: z.string().optional() })),
})

const pollMilliseconds = 75
const answerTimeoutMilliseconds = 3_000

/** Asks every part until each is ready or has ended, or the time is over; tells then what each still lacks. */
export const waitUntilReady = async (
  parts: readonly Part[],
  patienceMilliseconds: number,
  signal: AbortSignal,
) => {
  const deadline = Date.now() + patienceMilliseconds
  for (;;) {
    const results = await Promise.all(parts.map(ask))
    const settled = results.every(({ ready }, index) => ready || !parts[index]?.running)
    if (settled || Date.now() > deadline || signal.aborted) return results
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds))
  }
}

const ask = async (part: Part): Promise<ProbeResult> => {
  const { name, healthUrl } = part.definition
  const gone = { name, ready: false, state: 'not running' }
  if (!part.running) return gone
  const answer = await askUrl(name, healthUrl)
  return part.running ? answer : gone
}

const askUrl = async (name: string, url: string): Promise<ProbeResult> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(answerTimeoutMilliseconds) })
    const body = readyAnswer.safeParse(await response.json())
    if (response.ok) return { name, ready: true, state: 'ready' }
    const lacking = Object.entries(body.data?.checks ?? {}).filter(([, check]) => !check.ready)
    const reasons = lacking.map(([check, { reason }]) => `${check}: ${reason ?? 'away'}`).join('; ')
    return { name, ready: false, state: `not ready (${reasons || `status ${response.status}`})` }
  } catch {
    return { name, ready: false, state: 'does not answer' }
  }
}
