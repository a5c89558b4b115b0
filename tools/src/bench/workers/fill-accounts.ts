// In a process of its own, so that an interruption ends it at once.
import { migrationsFolder } from '@accounts/auth-service/adapters/database/migrations-folder'
import { migrateDatabase } from '@accounts/shared/database/migrate'
import { fillAccounts } from '../fill-accounts.ts'
import { answerParent } from './answer-parent.ts'

export interface Filling {
  url: string
  count: number
}

export interface Filled {
  seconds: number
}

answerParent(async ({ url, count }: Filling): Promise<Filled> => {
  const startedAt = performance.now()
  await migrateDatabase({ url, folder: migrationsFolder })
  await fillAccounts(url, count)
  return { seconds: (performance.now() - startedAt) / 1_000 }
})
