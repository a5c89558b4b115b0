import { expect, test } from 'vitest'
import { registration } from '../world/people.ts'
import type { World } from '../world/world.ts'

export const describeRegistering = (world: () => World) => {
  test('19. of registrations of one login or address at once, in different case, one wins', async () => {
    const { tryRegister } = world().people
    for (let round = 0; round < 3; round += 1) {
      const [one, other] = [registration(), registration()]
      const ofLogin = [one.login, one.login.toUpperCase(), one.login.replace('verify', 'Verify'), one.login]
      const ofEmail = [other.email, other.email.toUpperCase(), other.email.replace('v', 'V'), other.email]
      const contests = [
        ofLogin.map((login) => ({ ...registration(), login })),
        ofEmail.map((email) => ({ ...registration(), email })),
      ]
      for (const contest of contests) {
        const answers = await Promise.all(contest.map(async (body) => tryRegister(body)))
        expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
      }
    }
  })
}
