import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { LoadFigures } from '../calls/run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Issue 4 asks for 1.2 at 100 calls on a machine of one's own; here others may be at work. */
const LOOSE = 1.5;

it('20 calls at once in one process: none fails, none waits much longer than one alone, each costs little', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['--import', 'tsx', 'scripts/bench-calls.ts', '--bundled', '--json'],
      ...[
        '--speech',
        'http',
        '--calls',
        '1,20',
        '--warm-up',
        '5',
        '--settle',
        '3',
        '--seconds',
        '8',
        '--turns',
        '1',
      ],
    ],
    { cwd: ROOT, timeout: 150_000 },
  );
  const { loads } = JSON.parse(stdout) as { loads: readonly LoadFigures[] };
  const [one, many] = loads;
  expect(loads.map(({ calls }) => calls)).toEqual([1, 20]);
  expect(many!.engine).toMatchObject({ calls: 20, failed: 0, providerFailures: 0 });
  expect(many!.farEnd.unanswered).toBe(0);
  // Nearly every packet of the window came: 20 calls, 50 a second.
  expect(many!.farEnd.packets).toBeGreaterThan(0.95 * 20 * 50 * many!.seconds);
  // The median: one call alone has two or three turns in so short a time.
  expect(many!.farEnd.gapMs.count).toBeGreaterThanOrEqual(10);
  expect(many!.farEnd.gapMs.p50! / one!.farEnd.gapMs.p50!).toBeLessThan(LOOSE);
  expect((many!.full.rss - many!.empty.rss) / 20 / 2 ** 20).toBeLessThan(10);
}, 180_000);
