import { readFile } from 'node:fs/promises'
import { declareAuthRoutes } from '@accounts/auth-service/http/routes'
import { createPasswordSchema } from '@accounts/auth-service/domain/password-policy'
import { renderKrakend } from '@accounts/gateway/declaration'
import type { GatewayService } from '@accounts/gateway/gateway-options'
import { createGatewayOpenApi } from '@accounts/gateway/openapi'
import { createAsyncApiDocument } from '@accounts/shared/events/asyncapi'
import { readGoldenMessages } from '@accounts/shared/events/golden/golden-messages'
import { version } from '@accounts/shared/version'
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
  { path: 'shared/asyncapi.json', content: renderAsyncApi() },
  { path: 'gateway/krakend.json', content: renderKrakend(gatewayServices()) },
  {
    path: 'gateway/krakend-shared-secret.json',
    content: renderKrakend(gatewayServices(), { sharedSecret: true }),
  },
  { path: 'gateway/openapi.json', content: render(createGatewayOpenApi(gatewayServices())) },
]

const defaultPassword = createPasswordSchema({ policy: 'composition', isBreached: () => false })

/** The services behind the gateway, as its file finds them. */
export const gatewayServices = (): GatewayService[] => [
  { host: '{{ env `AUTH_SERVICE_URL` }}', routes: Object.values(declareAuthRoutes(defaultPassword)) },
  { host: '{{ env `USER_SERVICE_URL` }}', routes: Object.values(userRoutes) },
]

const renderAsyncApi = () => {
  const examples = readGoldenMessages().map(({ message }) => message)
  return render(createAsyncApiDocument({ version, examples }))
}

const render = (document: object) => `${JSON.stringify(document, null, 2)}\n`

/** Names of the files that are not what the code says. */
export const findStale = async (files: readonly GeneratedFile[]) => {
  const stale: string[] = []
  for (const { path, content } of files)
    if ((await readFile(path, 'utf8').catch(() => '')) !== content) stale.push(path)
  return stale
}
