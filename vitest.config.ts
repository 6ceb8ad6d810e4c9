import { defineConfig } from 'vitest/config';

const TESTS = '{engine,api,cabinet,scripts,seeds}/**/*.test.ts';
/** Real processes in real time: one file after another, when everything else is done, so that time means something. */
const REAL_TIME = 'scripts/e2e/**/*.test.ts';

export default defineConfig({
  test: {
    // Two cores, and some tests hold real servers: more workers only make each of them late.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'parts', include: [TESTS], exclude: [REAL_TIME] } },
      {
        extends: true,
        test: { name: 'real time', include: [REAL_TIME], maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
