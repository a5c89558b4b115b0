import { mkdir } from 'node:fs/promises'
import type { EngineNeeds } from './engine.ts'
import { withProgress } from './progress.ts'
import { runCommand } from './run-command.ts'

export const krakendVersion = '2.13.8'

const [wantedMajor, wantedMinor] = [1, 25]

export const installKrakend = async (
  cache: string,
  { environment, signal, say, find, turns }: EngineNeeds,
) => {
  const program = find('go')
  if (program === undefined) throw new Error('no go on PATH')
  await mkdir(cache, { recursive: true })
  const go = { program, folder: cache, environment: { ...environment, GOBIN: cache }, signal }

  const version = await runCommand({ ...go, arguments: ['env', 'GOVERSION'], timeoutMilliseconds: 10_000 })
  const [, major, minor] = /go(\d+)\.(\d+)/.exec(version) ?? []
  if (Number(major) !== wantedMajor || Number(minor) < wantedMinor) {
    throw new Error(`needs go ${wantedMajor}.${wantedMinor}, this is ${version}`)
  }
  const stamp = `-X github.com/luraproject/lura/v2/core.KrakendVersion=${krakendVersion}`
  const module = `github.com/krakend/krakend-ce/v2/cmd/krakend-ce@v${krakendVersion}`
  await turns(() =>
    withProgress(say, `go install krakend-ce ${krakendVersion} (some minutes, once)`, (onLine) =>
      runCommand({
        ...go,
        arguments: ['install', '-ldflags', stamp, module],
        onLine,
        timeoutMilliseconds: 30 * 60_000,
      }),
    ),
  )
}
