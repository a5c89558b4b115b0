import { writeFile } from 'node:fs/promises'
import { findStale, generatedFiles } from './files.ts'

const files = generatedFiles()
const stale = await findStale(files)
for (const { path, content } of files.filter((file) => stale.includes(file.path)))
  await writeFile(path, content)
process.stdout.write(
  stale.length === 0 ? 'everything generated is up to date\n' : `written: ${stale.join(', ')}\n`,
)
