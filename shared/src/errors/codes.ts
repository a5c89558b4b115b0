/** Every error a client can meet: the closed list of codes with the one place that gives each its status and title. */
export const errorCodes = {
  malformed_json: { status: 400, title: 'The body is not valid JSON' },
  malformed_request: { status: 400, title: 'The request cannot be read' },
  wrong_credentials: { status: 401, title: 'Wrong credentials' },
  token_missing: { status: 401, title: 'A token is needed' },
  token_invalid: { status: 401, title: 'The token is not valid' },
  token_expired: { status: 401, title: 'The token has expired' },
  token_revoked: { status: 401, title: 'The token has been revoked' },
  not_allowed: { status: 403, title: 'Not allowed' },
  account_deactivated: { status: 403, title: 'The account is deactivated' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  login_taken: { status: 409, title: 'The login is taken' },
  role_exists: { status: 409, title: 'There is a role of this name' },
  role_built_in: { status: 409, title: 'Built-in roles cannot be changed' },
  role_in_use: { status: 409, title: 'The role is held by somebody' },
  changed_meanwhile: { status: 409, title: 'Somebody else has changed it meanwhile' },
  last_admin: { status: 409, title: 'The last active administrator has to stay one' },
  email_taken: { status: 409, title: 'The e-mail address is taken' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body has another media type than the route reads' },
  validation_failed: { status: 422, title: 'The request breaks a rule' },
  internal_error: { status: 500, title: 'Something went wrong' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof errorCodes

export const errorCodeNames = Object.keys(errorCodes) as ErrorCode[]
