import { parseArgs } from 'node:util'

export const usage = `Usage: create-admin [--login LOGIN] [--email ADDRESS] [--display-name NAME] [--password-stdin]
                    [--if-none] [--json]

Makes an account that has the role admin, by the rules of every registration.

  --login LOGIN          otherwise ADMIN_LOGIN
  --email ADDRESS        otherwise ADMIN_EMAIL
  --display-name NAME    otherwise ADMIN_DISPLAY_NAME
  --password-stdin       reads the password from the standard input; otherwise ADMIN_PASSWORD, or the file that
                         ADMIN_PASSWORD_FILE names. It is never an option: others can see those
  --if-none              does nothing, and ends with 0, while there is an active administrator
  --json                 prints {id, login, email, roles}

What is missing is asked for at a terminal. Ends with 0 when it was done, with 1 when not.
`

export interface AdminArguments {
  login?: string | undefined
  email?: string | undefined
  displayName?: string | undefined
  passwordStdin: boolean
  ifNone: boolean
  json: boolean
}

/** No message holds what was given: it may be a password in the wrong place. */
export const parseArguments = (args: readonly string[]): AdminArguments => {
  if (args.some((argument) => /^--password(?!-stdin$)/.test(argument)))
    throw new Error(
      'a password is never an option, others could see it: --password-stdin, ADMIN_PASSWORD_FILE, ' +
        'ADMIN_PASSWORD, or none of them to be asked',
    )
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      login: { type: 'string' },
      email: { type: 'string' },
      'display-name': { type: 'string' },
      'password-stdin': { type: 'boolean' },
      'if-none': { type: 'boolean' },
      json: { type: 'boolean' },
    },
    allowPositionals: true,
  })
  if (positionals.length > 0) throw new Error('create-admin takes options only')
  return {
    login: values.login,
    email: values.email,
    displayName: values['display-name'],
    passwordStdin: values['password-stdin'] ?? false,
    ifNone: values['if-none'] ?? false,
    json: values.json ?? false,
  }
}
