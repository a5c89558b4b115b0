import type { Scenario } from './scenario.ts'
import { brokerAway } from './scenarios/broker-away.ts'
import { checks } from './scenarios/checks.ts'
import { events } from './scenarios/events.ts'
import { gateway } from './scenarios/gateway.ts'
import { login } from './scenarios/login.ts'
import { me } from './scenarios/me.ts'
import { profile } from './scenarios/profile.ts'
import { readDuringLogins } from './scenarios/read-during-logins.ts'
import { revocation } from './scenarios/revocation.ts'
import { users } from './scenarios/users.ts'

/** In the order in which they are run. */
export const scenarios: readonly Scenario[] = [
  login,
  me,
  checks,
  profile,
  readDuringLogins,
  events,
  brokerAway,
  gateway,
  revocation,
  users,
]
