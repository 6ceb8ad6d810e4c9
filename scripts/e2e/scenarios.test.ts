import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { takeAwayAfterEach } from './leftovers.ts';
import { runProgram } from './program.ts';

const leftovers = takeAwayAfterEach();

it('npm run scenarios -- --real-time holds calls in real time, and writes its reports', async () => {
  const folder = leftovers.folder('halo-scenarios-');
  const run = await runProgram('scripts/scenarios.ts', folder, [
    ...['--real-time', '--repeat', '1', '--out', folder, '--json'],
    ...['--only', 'v7-whole-call-over-http,keys-of-the-telephone,v3-hangs-up-during-greeting,v3-busy'],
  ]);
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toContain('Сценариев 4, прогонов 4, сразу по 6; время настоящее');
  const results = JSON.parse(run.stdout) as { name: string; ok: boolean; runs: { took_ms: number }[] }[];
  expect(results.map(({ name, ok }) => [name, ok])).toEqual([
    ['keys-of-the-telephone', true],
    ['v3-busy', true],
    ['v3-hangs-up-during-greeting', true],
    ['v7-whole-call-over-http', true],
  ]);
  // Two turns of a person: in virtual time the whole call would take a second or two.
  expect(results.at(-1)!.runs[0]!.took_ms).toBeGreaterThan(10_000);
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8').match(/<testcase /g)).toHaveLength(4);
  const page = readFileSync(join(folder, 'report.html'), 'utf8');
  expect(page).toContain('4 из 4 сбылись');
  expect(page.match(/<audio /g)).toHaveLength(3);
});
