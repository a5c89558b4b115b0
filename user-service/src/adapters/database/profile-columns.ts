import type { UserTables } from './tables.ts'

export const profileColumns = ({ userProfiles }: UserTables) => ({
  id: userProfiles.id,
  authId: userProfiles.authId,
  displayName: userProfiles.displayName,
  bio: userProfiles.bio,
  isActive: userProfiles.isActive,
})
