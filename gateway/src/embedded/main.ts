import { runService } from '@accounts/shared/process/run-service'
import { readEmbeddedConfig } from './config.ts'
import { startEmbeddedGateway } from './start-embedded-gateway.ts'

const config = () => readEmbeddedConfig({ args: process.argv.slice(2), environment: process.env })

await runService('embedded gateway', async () => startEmbeddedGateway(config()))
