import { z } from 'zod'

export interface Profile {
  id: number
  /** The account's id in auth-service. */
  authId: number
  displayName: string
  bio: string | null
  isActive: boolean
}

/** What leaves the service. */
export const presentProfile = ({ id, authId, displayName, bio, isActive }: Profile) => ({
  id,
  auth_id: authId,
  display_name: displayName,
  bio,
  is_active: isActive,
})

export const profileSchema = z
  .strictObject({
    id: z.int(),
    auth_id: z.int(),
    display_name: z.string(),
    bio: z.string().nullable(),
    is_active: z.boolean(),
  })
  .meta({
    id: 'UserProfile',
    example: { id: 1, auth_id: 1, display_name: 'John Doe', bio: 'Hello, I am John!', is_active: true },
  })

const mostBioCharacters = 500

// PostgreSQL refuses NUL, and half of a surrogate pair is no character.
const isPlainText = (text: string) => !text.includes('\0') && !/\p{Surrogate}/u.test(text)

const isShort = (text: string) => Array.from(text).length <= mostBioCharacters

const bioSchema = z
  .string()
  .refine(isShort, { error: `Has to have ${mostBioCharacters} characters or fewer` })
  .refine(isPlainText, { error: 'Holds something that is not a character' })
  .meta({
    description: 'An emoji counts once. `null` clears it',
    maxLength: mostBioCharacters,
    example: 'Hello, I am John!',
  })

export const editBioSchema = z.strictObject({ bio: bioSchema.nullable() }).meta({ id: 'EditBio' })
