import type { oas31 } from 'zod-openapi'
import type { Access } from './access.ts'

export const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The access token that registering, logging in and refreshing answer with.',
  },
  serviceCredential: {
    type: 'http',
    scheme: 'basic',
    description: 'Any user name, and the secret that the parts of the deployment share.',
  },
} as const satisfies Record<string, oas31.SecuritySchemeObject>

export const securityOf = (access: Access): oas31.SecurityRequirementObject[] => {
  if (access === 'anyone') return []
  return [access === 'service' ? { serviceCredential: [] } : { accessToken: [] }]
}

export const describeAccess = (access: Access) => {
  if (access === 'signed in, even if expired') return 'An access token that has expired is enough.'
  if (typeof access !== 'object') return undefined
  return 'permission' in access
    ? `For holders of the permission \`${access.permission}\`.`
    : `For holders of the role ${access.roles.join(' or ')}.`
}
