import { defineConfig } from 'vitest/config';

const TESTS = '{engine,api,cabinet,scripts,seeds}/**/*.test.ts';
/** Real processes in real time: when everything else is done. */
const REAL_TIME = 'scripts/e2e/**/*.test.ts';
/** Of these, the ones that mostly wait, and look at what came of it: three at a time. */
const MOSTLY_WAIT =
  'scripts/e2e/{asterisk-adapter,asterisk-halo,asterisk-house,asterisk-local-carrier,asterisk-server,bad-input,browser-phone-socket.browser,call,demo.browser,google-sheet,guards,inject,kill,listen.browser,load,nothing-left,provider,scenarios,three-calls,trunk-check,trunk-registrar}.test.ts';

export default defineConfig({
  test: {
    // Two cores, and some tests hold real servers: more workers only make each of them late.
    maxWorkers: 2,
    // The same within a file: at five at once every process's start took a minute, and all of them longer than by three.
    maxConcurrency: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: [TESTS],
          exclude: [REAL_TIME],
          // Modules are loaded once a worker: a third of the time went into loading them anew for each file.
          isolate: false,
          setupFiles: ['scripts/lib/shared-worker.ts'],
        },
      },
      {
        extends: true,
        test: { name: 'real processes', include: [MOSTLY_WAIT], maxWorkers: 3, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        // One file after another, so that time means something.
        test: {
          name: 'real time',
          include: [REAL_TIME],
          exclude: [MOSTLY_WAIT],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
