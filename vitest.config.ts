import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['@accounts/source', 'node', 'default'] } },
  test: {
    include: ['*/src/**/*.test.ts'],
    // What hangs is ended; how fast something is, is no test's business.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
