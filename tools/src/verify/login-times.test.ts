import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { embeddedEngine } from '@accounts/gateway/suite/gateway-engine'
import { createSqliteDatabase } from '@accounts/shared/testing/databases'
import { expect, test } from 'vitest'
import { copyWorkspace } from '../dev/testing/dev-system.ts'
import { distanceOf, measureLogins, mostDistance } from './login-times.ts'
import { startSystem } from './testing/start-system.ts'
import { createWorld } from './world/world.ts'

const times = (count: number, time: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => time(index))

/** On a machine whose load makes more of a difference than what is looked for. */
const measured = (biasMilliseconds: number) => {
  const underLoad = (index: number) => 12 + 5 * Math.sin(index / 80) + 4 * Math.random() ** 4
  return { first: times(500, (index) => underLoad(index) + biasMilliseconds), second: times(500, underLoad) }
}

test.each([1, -1])('a difference of %d ms is found, whichever side it is on', (bias) => {
  expect(distanceOf(measured(bias))).toBeGreaterThan(mostDistance)
})

test.each([0, 0.05, -0.05])('a difference of %d ms is none', (bias) => {
  expect(distanceOf(measured(bias))).toBeLessThan(mostDistance)
})

test('a service that hashes nothing for an unknown account is found out', { timeout: 60_000 }, async () => {
  const copy = await copyWorkspace()
  try {
    const file = join(copy.folder, 'auth-service/src/features/login/login.ts')
    const sound = await readFile(file, 'utf8')
    const broken = sound.replace('await passwords.verifyNothing(password)', '')
    expect(broken).not.toBe(sound)
    await writeFile(file, broken)

    const createDatabase = createSqliteDatabase
    const system = await startSystem({ gateway: embeddedEngine, createDatabase, sources: copy.folder })
    try {
      const { url } = system.target
      const known = await createWorld({ url }).people.register()
      const found = await measureLogins({ url, known, samples: 50 })
      expect(distanceOf(found)).toBeGreaterThan(mostDistance)
    } finally {
      await system.end()
    }
  } finally {
    await copy.remove()
  }
})
