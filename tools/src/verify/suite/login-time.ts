import { expect, test } from 'vitest'
import { distanceOf, measureLogins, mostDistance } from '../login-times.ts'
import type { World } from '../world/world.ts'

const samples = 500
const timeout = 600_000

export const describeLoginTime = (world: () => World) => {
  test(
    '11. an unknown account and a wrong password take the same time',
    { timeout },
    async ({ annotate }) => {
      const { people, url } = world()
      const times = await measureLogins({ url, known: await people.register(), samples })
      const distance = distanceOf(times)
      const [unknown, known] = [median(times.first), median(times.second)]
      const found = distanceOf({ ...times, first: times.first.map((time) => time + 1) })
      await annotate(
        `medians ${unknown.toFixed(2)} and ${known.toFixed(2)} ms, ${distance.toFixed(1)} standard deviations of ` +
          `${mostDistance} at most; a difference of 1 ms would have been ${found.toFixed(1)}`,
      )
      expect(distance).toBeLessThan(mostDistance)
    },
  )
}

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
