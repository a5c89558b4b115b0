import { engines as known } from '@accounts/shared/testing/engine-labels'
import type { EngineName } from '@accounts/shared/testing/engine-labels'
import { createAptGet } from './apt-get.ts'
import { chromium } from './chromium.ts'
import { createDocker } from './docker.ts'
import type { Engine, EngineNeeds, Outcome } from './engine.ts'
import { findProgram } from './find-program.ts'
import { krakend } from './krakend.ts'
import { oneLine } from './one-line.ts'
import { postgres } from './postgres.ts'
import { rabbitmq } from './rabbitmq.ts'
import { redis } from './redis.ts'
import { createTurns } from './turns.ts'

const engines: Record<EngineName, Engine> = { postgres, rabbitmq, redis, krakend, chromium }

const startEngine = async (name: EngineName, needs: EngineNeeds): Promise<Outcome> => {
  const { label } = known[name]
  const say = (line: string) => needs.say(`${label}: ${line}`)
  const reasons: string[] = []
  for (const way of engines[name]({ ...needs, say })) {
    if (needs.signal.aborted) break
    const started = Date.now()
    try {
      const ready = await way.get()
      const seconds = ((Date.now() - started) / 1_000).toFixed(1)
      const tried = reasons.length > 0 ? ` (${reasons.join('; ')})` : ''
      say(`${ready.version} from ${way.source}, ready after ${seconds} s${tried}`)
      return { name, label, state: 'ready', source: way.source, ...ready }
    } catch (error) {
      reasons.push(`${way.source}: ${oneLine(error)}`)
      if (way.explicit) break
    }
  }
  const reason = reasons.join('; ') || 'interrupted'
  say(`absent, ${reason}`)
  return { name, label, state: 'absent', reason }
}

type StartOptions = {
  runFolder: string
  environment: NodeJS.ProcessEnv
  signal: AbortSignal
  say: (line: string) => void
}

/** Starts all at once and never fails: what could not be had is an outcome with its reason. */
export const startEngines = async (
  names: readonly EngineName[],
  options: StartOptions,
): Promise<Outcome[]> => {
  const { environment, runFolder, signal, say } = options
  const find = (program: string) => findProgram(program, environment['PATH'] ?? '')
  const turns = createTurns()
  const needs: EngineNeeds = {
    ...{ environment, runFolder, signal, say, find, turns },
    aptGet: createAptGet({ environment, signal, find, turns }),
    docker: createDocker({ environment, signal, runFolder, find }),
  }
  return await Promise.all(names.map((name) => startEngine(name, needs)))
}

export const endEngines = async (outcomes: readonly Outcome[]) => {
  const ready = outcomes.filter((outcome) => outcome.state === 'ready')
  await Promise.allSettled(ready.map((outcome) => outcome.end()))
}
