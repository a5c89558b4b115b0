import { environments } from '@accounts/gateway/environments'
import type { Check } from './run-checks.ts'
import { runChecker } from './run-checker.ts'

const files = ['gateway/krakend.json', 'gateway/krakend-shared-secret.json']

// TLS ends in front of the gateway.
const excused = '2.1.2'

/** What KrakenD itself says of the declaration, for every place that it is for. */
export const krakendChecks = (binary: string): Check[] =>
  Object.entries(environments).flatMap(([place, environment]) => {
    const run = async (...words: string[]) => runChecker(binary, words, { ...environment, FC_ENABLE: '1' })
    return [
      {
        name: `krakend check, ${place}`,
        run: async () => (await Promise.all(files.map((file) => run('check', '-t', '-c', file)))).flat(),
      },
      {
        name: `krakend audit, ${place}`,
        run: async () => run('audit', '-c', 'gateway/krakend.json', '-s', 'CRITICAL,HIGH', '-i', excused),
      },
    ]
  })
