import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{engine,api,cabinet,scripts,seeds}/**/*.test.ts'],
    // Two cores, and some tests hold real servers: more workers only make each of them late.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
