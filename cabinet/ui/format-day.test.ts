import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** In a process of its own: Intl keeps the zone that a process began with. */
function printedIn(zone: string, expression: string): unknown {
  const program = `import * as format from './cabinet/ui/format.ts'; console.log(JSON.stringify(${expression}))`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const env = { ...process.env, TZ: zone };
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8', timeout: 30_000 }));
}

it('a chart’s day is the same day west of Greenwich, a moment is the visitor’s own', () => {
  const days = `[
    format.formatDay('2026-11-17'),
    format.formatDay('2026-11-17T03:00:00.000Z'),
    format.formatDayShort('2026-11-17').replaceAll(/\\s/g, ' '),
  ]`;
  expect(printedIn('America/Los_Angeles', days)).toEqual(['17 ноября', '16 ноября', '17 нояб.']);
});
