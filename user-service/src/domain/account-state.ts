export interface AccountState {
  /** The last event that was applied. */
  eventVersion: number
  isActive: boolean
  /** Access tokens of an older one are dead. */
  securityVersion: number
}

/** What one event says of an account; what it leaves out stays as it is. */
export interface Change {
  version: number
  /** All that the events before it have led to is in it, so it waits for none of them. */
  isWhole: boolean
  displayName?: string
  isActive?: boolean
  securityVersion?: number
  endedSession?: { sessionId: string; expiresAt: Date }
}

export interface Step {
  /** `kept`: it waits for one that comes before it. `stale`: nothing new. */
  outcome: 'applied' | 'kept' | 'stale'
  state: AccountState
  /** `null`: none was given. */
  displayName: string | null
}

/** What becomes of an account when a change arrives, while others, each ahead of a gap, have been waiting. */
export const takeStep = (state: AccountState, change: Change, waiting: readonly Change[]): Step => {
  if (change.version <= state.eventVersion) return { outcome: 'stale', state, displayName: null }
  if (!change.isWhole && !isNext(state, change))
    return { outcome: 'kept', state: takeAway(state, change), displayName: null }

  const step: Step = {
    outcome: 'applied',
    state: apply(state, change),
    displayName: change.displayName ?? null,
  }
  const later = waiting.filter(({ version }) => version > change.version)
  for (const one of later.toSorted((left, right) => left.version - right.version)) {
    if (isNext(step.state, one)) {
      step.state = apply(step.state, one)
      step.displayName = one.displayName ?? step.displayName
      // What still waits is in force all the same: a whole account must not give back what it has taken away.
    } else step.state = takeAway(step.state, one)
  }
  return step
}

const isNext = (state: AccountState, { version }: Change) => version === state.eventVersion + 1

const apply = (state: AccountState, change: Change): AccountState => ({
  ...takeAway(state, change),
  eventVersion: change.version,
  isActive: change.isActive ?? state.isActive,
})

/** What makes tokens invalid never waits for its turn. */
const takeAway = (state: AccountState, change: Change): AccountState => ({
  ...state,
  isActive: state.isActive && change.isActive !== false,
  securityVersion: Math.max(state.securityVersion, change.securityVersion ?? 0),
})
