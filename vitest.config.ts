import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['@accounts/source', 'node', 'default'] } },
  test: {
    include: ['*/src/**/*.test.ts'],
    // Many tests wait for processes more than they calculate: two at a time even where vitest would take one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // What hangs is ended; how fast something is, is no test's business.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
