import { runService } from '@accounts/shared/process/run-service'
import { composeUserService } from './compose.ts'
import { readConfig } from './config.ts'

await runService('user-service', () => composeUserService(readConfig()))
