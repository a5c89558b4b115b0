import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { startProcess } from '../engines/process.ts'
import { readReport } from './vitest-report.ts'

type VitestOptions = {
  root: string
  runFolder: string
  arguments: string[]
  environment: NodeJS.ProcessEnv
  signal: AbortSignal
}

/** Vitest with its own output; what its tests left running in its process group ends with it. */
export const runVitest = async ({ root, runFolder, environment, signal, ...options }: VitestOptions) => {
  const reportFile = join(runFolder, 'report.json')
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const child = startProcess({
    program: process.execPath,
    arguments: [vitest, 'run', ...reporters, ...options.arguments],
    environment,
    folder: root,
    inheritOutput: true,
  })
  const end = () => void child.end()
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  const exit = await child.ended
  await child.end()
  return { exit, report: await readReport(reportFile) }
}
