import { openEngine } from '../open-engine.ts'

/** Opens SQLite files as somebody for whom permissions count, which they do not for root; writes what went wrong. */
const [scratchFile = '', ...files] = process.argv.slice(2)
const nobody = 65_534

// Loads the driver, which nobody may not be allowed to read.
const scratch = await openEngine(`sqlite:${scratchFile}`)
await scratch.close()
if (process.getuid?.() === 0) {
  process.setgid?.(nobody)
  process.setuid?.(nobody)
}
for (const file of files) {
  const outcome = await openEngine(`sqlite:${file}`).then(
    () => 'opened',
    (error: unknown) => String(error),
  )
  process.stdout.write(`${outcome}\n`)
}
