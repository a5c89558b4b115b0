import type { Engine, EngineNeeds, ReadyEngine } from './engine.ts'
import { given, nothingToEnd } from './given.ts'
import { runCommand } from './run-command.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

const use = async (program: string, { environment, signal }: EngineNeeds): Promise<ReadyEngine> => {
  const options = { program, arguments: ['--version'], environment, signal, timeoutMilliseconds: 15_000 }
  const version = /\d+(?:\.\d+)+/.exec(await runCommand(options))?.[0]
  if (version === undefined) throw new Error('tells no version')
  return { version, env: { TEST_CHROMIUM_BIN: program }, end: nothingToEnd }
}

export const chromium: Engine = (needs) => [
  ...given(needs.environment, 'CHROMIUM_BIN', (program) => use(program, needs)),
  {
    source: 'PATH',
    get: async () => {
      const program = names.map((name) => needs.find(name)).find(Boolean)
      if (program === undefined) throw new Error('no chromium')
      return await use(program, needs)
    },
  },
  {
    source: 'apt-get',
    get: async () => {
      await needs.aptGet.install('chromium', needs.say)
      return await use('/usr/bin/chromium', needs)
    },
  },
]
