import { existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'

const denyEverything =
  '#!/bin/sh\n# The packages are wanted for tests, not as services of this machine.\nexit 101\n'

/** Debian asks this program before a freshly installed package starts its service. */
export const withServicesDenied = async <Result>(
  work: () => Promise<Result>,
  policyFile = '/usr/sbin/policy-rc.d',
): Promise<Result> => {
  const kept = `${policyFile}.before-tests`
  // A run that was killed leaves ours in place and the machine's own beside it: that one must survive.
  const current = await readFile(policyFile, 'utf8').catch(() => denyEverything)
  if (current !== denyEverything) await rename(policyFile, kept)
  try {
    await writeFile(policyFile, denyEverything, { mode: 0o755 })
    return await work()
  } finally {
    await (existsSync(kept) ? rename(kept, policyFile) : rm(policyFile, { force: true }))
  }
}
