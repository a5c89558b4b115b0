import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['@accounts/source', 'node', 'default'] } },
  test: {
    include: ['*/src/**/*.test.ts'],
    // Many tests wait for processes more than they calculate: two at a time even where vitest would take one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
})
