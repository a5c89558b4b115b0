import { parseArgs } from 'node:util'
import { generateMigrations } from './generate-migrations.ts'
import { databaseProjects } from './projects.ts'

/** `pnpm db:generate [--name slug]` */
const main = async () => {
  const { values } = parseArgs({ options: { name: { type: 'string' } } })
  if (values.name !== undefined && !/^[a-z0-9_]+$/.test(values.name))
    throw new Error('--name takes lower-case letters, digits and _')
  for (const project of databaseProjects()) {
    const written = await generateMigrations({ project, name: values.name })
    console.log(
      `${project.name}: ${written.length > 0 ? `written for ${written.join(' and ')}` : 'no change'}`,
    )
  }
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
