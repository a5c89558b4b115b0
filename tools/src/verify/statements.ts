/** What of the security behaviour can be seen by whoever has nothing but the address. */
export const statements = {
  1: 'an older refresh token ends its session',
  2: 'one successor for each refresh token',
  3: 'a refresh racing a revocation',
  5: 'logout, deactivation and change of the password count at once',
  6: 'forged tokens',
  7: 'tokens of the other type',
  9: 'sessions are their own',
  11: 'log-ins that fail alike',
  14: 'passwords that are refused',
  16: 'what belongs to others',
  17: 'identity headers',
  18: 'hostile bodies',
  19: 'registrations at once',
  20: 'headers and addresses',
} as const
