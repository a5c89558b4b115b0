import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

export const now = new Date('2026-03-04T05:06:07.089Z')

export const rsaPem = (modulusLength = 2048) =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

export const ecPem = (namedCurve = 'prime256v1') =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string

/** A path in a folder of the test's own. */
export const ringPath = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'key-ring-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'keys.json')
}

export const ringProgram = path.join(import.meta.dirname, 'ring-process.ts')

export const programOptions = ['--import', 'tsx', '--conditions=@accounts/source']
