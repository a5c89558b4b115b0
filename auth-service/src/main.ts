import { runService } from '@accounts/shared/process/run-service'
import { composeAuthService } from './compose.ts'
import { readConfig } from './config.ts'

await runService('auth-service', () => composeAuthService(readConfig()))
