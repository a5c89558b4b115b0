import type { Scenario } from './scenario.ts'
import { createWorld, type Engines } from './world.ts'

export interface TrialReport {
  number: number
  title: string
  kind: Engines['kind']
  seed: number
  accounts: number
  kills: number
  published: number
  duplicates: number
  effects: number
  seconds: number
  notes: string
  faults: string[]
}

interface TrialNeeds {
  scenario: Scenario
  engines: Engines
  seed: number
  accounts: number
}

/** One scenario, once, in a world of its own. */
export const runTrial = async ({ scenario, engines, seed, accounts }: TrialNeeds): Promise<TrialReport> => {
  const { number, title, run } = scenario
  const startedAt = performance.now()
  const report: TrialReport = {
    ...{ number, title, kind: engines.kind, seed, accounts: 0, kills: 0, published: 0, duplicates: 0 },
    ...{ effects: 0, seconds: 0, notes: '', faults: [] },
  }
  const opened: Awaited<ReturnType<typeof createWorld>>[] = []
  try {
    const {
      world,
      kills = 0,
      notes = '',
    } = await run({
      kind: engines.kind,
      seed,
      accounts,
      open: async (needs = {}) => {
        const created = await createWorld({ engines, seed, ...needs })
        opened.push(created)
        return created
      },
    })
    const { faults, published, distinct, events, accounts: found } = await world.judge()
    Object.assign(report, {
      kills,
      notes,
      faults,
      published,
      duplicates: published - distinct,
      effects: events,
      accounts: found,
    })
  } catch (error) {
    report.faults.push(
      error instanceof Error
        ? `${error.message}${error.name === 'Broken' ? '' : `\n${error.stack}`}`
        : String(error),
    )
    for (const created of opened) report.faults.push(await lastWords(created))
  } finally {
    for (const created of opened) await created.end()
    report.seconds = (performance.now() - startedAt) / 1000
  }
  return report
}

const lastWords = async ({ auths, user, engines }: Awaited<ReturnType<typeof createWorld>>) => {
  const logs = await Promise.all([...auths, user].map(async (service) => service.log().catch(() => '')))
  const ofBroker = engines.kind === 'real' ? engines.broker.lastLines() : []
  return [
    ...ofBroker,
    ...logs.map((log) =>
      log
        .split('\n')
        .filter((line) => /"level":"(warn|error|fatal)"/.test(line))
        .slice(-5)
        .join('\n'),
    ),
  ].join('\n')
}
