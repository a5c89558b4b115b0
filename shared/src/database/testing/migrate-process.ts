import { migrateDatabase } from '../migrate.ts'

const [url = '', folder = ''] = process.argv.slice(2)
const { applied } = await migrateDatabase({ url, folder })
process.stdout.write(applied.join())
