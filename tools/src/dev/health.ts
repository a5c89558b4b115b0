import { z } from 'zod'

export interface Probe {
  name: string
  url: string
}

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

/** Asks every part until all are ready or the time is over; tells then what each still lacks. */
export const waitUntilReady = async (
  probes: readonly Probe[],
  patienceMilliseconds: number,
  signal: AbortSignal,
) => {
  const deadline = Date.now() + patienceMilliseconds
  for (;;) {
    const results = await Promise.all(probes.map(ask))
    if (results.every(({ ready }) => ready) || Date.now() > deadline || signal.aborted) return results
    await new Promise((resolve) => setTimeout(resolve, pollMilliseconds))
  }
}

const ask = async ({ name, url }: Probe): Promise<ProbeResult> => {
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
