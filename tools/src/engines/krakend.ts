import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Engine, EngineNeeds, ReadyEngine } from './engine.ts'
import { isProgram } from './find-program.ts'
import { given, nothingToEnd } from './given.ts'
import { krakendInDocker } from './krakend-docker.ts'
import { installKrakend, krakendVersion } from './krakend-install.ts'
import { runCommand } from './run-command.ts'

const use = async (program: string, { environment, signal }: EngineNeeds): Promise<ReadyEngine> => {
  const options = { program, arguments: ['version'], environment, signal, timeoutMilliseconds: 15_000 }
  const version = /KrakenD Version:\s*(\S+)/.exec(await runCommand(options))?.[1]
  if (version === undefined) throw new Error('tells no version')
  return { version, env: { TEST_KRAKEND_BIN: program }, end: nothingToEnd }
}

export const krakend: Engine = (needs) => {
  const { environment, find } = needs
  const cache = join(
    environment['XDG_CACHE_HOME'] || join(environment['HOME'] ?? homedir(), '.cache'),
    `auth-user-services/krakend-${krakendVersion}`,
  )
  const cached = join(cache, 'krakend-ce')
  return [
    ...given(environment, 'KRAKEND_BIN', (program) => use(resolve(program), needs)),
    {
      source: 'PATH',
      get: async () => {
        const program = find('krakend')
        if (program === undefined) throw new Error('no krakend')
        return await use(program, needs)
      },
    },
    {
      source: 'cache',
      get: async () => {
        if (!isProgram(cached)) throw new Error('empty')
        return await use(cached, needs)
      },
    },
    {
      source: 'go install',
      get: async () => {
        await installKrakend(cache, needs)
        return await use(cached, needs)
      },
    },
    {
      source: 'Docker',
      get: async () => {
        const { program, end } = await krakendInDocker(needs)
        return { ...(await use(program, needs)), end }
      },
    },
  ]
}
