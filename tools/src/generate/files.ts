import { readFile } from 'node:fs/promises'
import { declareAuthRoutes } from '@accounts/auth-service/http/routes'
import { renderKrakend } from '@accounts/gateway/declaration'
import { z } from 'zod'
import { userRoutes } from '@accounts/user-service/http/routes'
import { renderConfigurationDocs, renderEnvExample } from './configuration.ts'

export interface GeneratedFile {
  path: string
  content: string
}

/** Every committed file that follows from code. */
export const generatedFiles = (): GeneratedFile[] => [
  { path: '.env.example', content: renderEnvExample() },
  { path: 'docs/configuration.md', content: renderConfigurationDocs() },
  {
    path: 'gateway/krakend.json',
    content: renderKrakend([
      { host: '{{ env `AUTH_SERVICE_URL` }}', routes: Object.values(declareAuthRoutes(z.string())) },
      { host: '{{ env `USER_SERVICE_URL` }}', routes: Object.values(userRoutes) },
    ]),
  },
]

/** Names of the files that are not what the code says. */
export const findStale = async (files: readonly GeneratedFile[]) => {
  const stale: string[] = []
  for (const { path, content } of files)
    if ((await readFile(path, 'utf8').catch(() => '')) !== content) stale.push(path)
  return stale
}
