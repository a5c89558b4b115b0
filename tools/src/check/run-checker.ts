import { spawn } from 'node:child_process'

const timeoutMilliseconds = 120_000

/** Runs a checker; its output is the list of problems when it fails, and none of our business when it doesn't. */
export const runChecker = (
  program: string,
  words: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
  folder = process.cwd(),
) =>
  new Promise<string[]>((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMilliseconds,
    })
    const output: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0) return resolve([])
      const said = Buffer.concat(output).toString('utf8').trimEnd()
      resolve([said || `${program} ended with ${signal ?? `exit code ${code}`} and said nothing`])
    })
  })
