import { embeddedEngine } from '@accounts/gateway/suite/gateway-engine'
import { createPostgresDatabase } from '@accounts/shared/testing/databases'
import { describeSecurity } from './suite/security.ts'
import { describeSystem } from './testing/describe-system.ts'
describeSystem({ gateway: embeddedEngine, createDatabase: async () => createPostgresDatabase(process.env['TEST_POSTGRES_URL']!), sources: process.env['SOURCES']! }, (world) => {
  describeSecurity(world)
})
