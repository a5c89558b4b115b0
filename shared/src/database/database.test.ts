import { databaseContract } from './database.contract.ts'
import { limitsContract } from './limits.contract.ts'
import { migrationsContract } from './migrations.contract.ts'
import { statementsContract } from './statements.contract.ts'
import { describeDialects } from './testing/describe-dialects.ts'
import { transactionsContract } from './transactions.contract.ts'

describeDialects('database', databaseContract)
describeDialects('statements', statementsContract)
describeDialects('transactions', transactionsContract)
describeDialects('limits of the database', limitsContract)
describeDialects('migrations', migrationsContract)
