/** What one client was told about one account. */
export interface Entry {
  login: string
  displayName: string
  /** `null`: no answer ever said that the account exists. */
  id: number | null
  accessToken: string
  refreshToken: string
  deactivated: boolean
  passwordChanges: number
  /** `unknown`: asked for, but the answer was lost and asking again told nothing. */
  signedOut: boolean | 'unknown'
  profileRead: boolean
  /** How often an answer failed to come, or was a refusal for now. */
  lostAnswers: number
}

export interface Ledger {
  entries: Entry[]
  /** Answers that no client should ever get. */
  wrongAnswers: string[]
}

export const createLedger = (): Ledger => ({ entries: [], wrongAnswers: [] })
