import type { World } from '../world/world.ts'
import { describeForging } from './forging.ts'
import { describeHeaders } from './headers.ts'
import { describeHostileBodies } from './hostile-bodies.ts'
import { describeRefreshing } from './refreshing.ts'
import { describeRegistering } from './registering.ts'
import { describeRequests } from './requests.ts'
import { describeRevoking } from './revoking.ts'
import { describeSigningIn } from './signing-in.ts'

/** Every statement of which something can be seen from outside, but for how long a log-in takes. */
export const describeSecurity = (world: () => World) => {
  describeRefreshing(world)
  describeRevoking(world)
  describeForging(world)
  describeSigningIn(world)
  describeRequests(world)
  describeHostileBodies(world)
  describeRegistering(world)
  describeHeaders(world)
}
