import { describeEmbedded, describeOn } from '@accounts/shared/testing/engines'
import { embeddedEngine, krakendEngine } from './suite/gateway-engine.ts'
import { describeGateway } from './suite/gateway-contract.ts'

describeOn('krakend', 'gateway', (env) => describeGateway(krakendEngine(env.TEST_KRAKEND_BIN)))
describeEmbedded('embedded gateway', 'gateway', () => describeGateway(embeddedEngine))
