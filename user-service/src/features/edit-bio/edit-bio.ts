import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Profile } from '../../domain/profile.ts'
import type { Profiles } from '../../ports.ts'

export const createEditBio =
  ({ profiles }: { profiles: Profiles }) =>
  async ({ authId }: Profile, bio: string | null): Promise<Profile> => {
    const edited = await profiles.editBio(authId, bio)
    // Deactivated since the guard looked.
    if (edited === null) throw new ServiceError('token_revoked')
    return edited
  }

export type EditBio = ReturnType<typeof createEditBio>
