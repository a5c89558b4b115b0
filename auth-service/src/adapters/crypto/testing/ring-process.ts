// What a process does to a key ring, for tests: its behaviour is the first argument, the file the second.
import { generateSigningKey } from '../key-material.ts'
import { createKeyRing } from '../key-ring.ts'
import { loadSigningKeys } from '../signing-keys.ts'

const [behaviour, file = ''] = process.argv.slice(2)
const clock = () => new Date()
const ring = createKeyRing({ file })

if (behaviour === 'start') {
  const needs = { algorithm: 'ES256', privateKeyPem: undefined, secret: undefined, clock } as const
  const keys = await loadSigningKeys({ ...needs, keyRingFile: file, mayCreate: true })
  process.stdout.write(keys.current().kid)
}

if (behaviour === 'dies') await ring.change(() => process.kill(process.pid, 'SIGKILL') as never)

// Says each kid that has been written, until it is killed.
if (behaviour === 'adds')
  for (let count = 0; count < 1_000; count += 1) {
    const key = await generateSigningKey('ES256')
    const added = { ...key, createdAt: clock(), signsFrom: clock(), retiresAt: null }
    await ring.change((keys) => ({ keys: [added, ...keys.slice(0, 20)], result: undefined }))
    process.stdout.write(`${key.kid}\n`)
  }
