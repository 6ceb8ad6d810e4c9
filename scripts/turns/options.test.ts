import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CurveReportError, readReport } from './curve/report.ts';
import { readOptions, UsageError } from './options.ts';

describe('readOptions', () => {
  it('reads what is asked for', () => {
    expect(readOptions(['--html', 'a.html', '--recogniser-ms', '0'])).toMatchObject({
      html: 'a.html',
      recogniserMs: 0,
      seed: 1,
      quick: false,
    });
    expect(readOptions(['--help'])).toBeUndefined();
  });

  it.each([[['--seed', '0']], [['--recogniser-ms', 'x']], [['--seed', '']], [['--curve']], [['a.json']]])(
    'refuses %j',
    (args) => {
      expect(() => readOptions(args)).toThrow(UsageError);
    },
  );
});

describe('readReport', () => {
  it('says in words that a file is missing or is no report', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'halo-turns-'));
    try {
      await expect(readReport(join(dir, 'no.json'))).rejects.toThrow(CurveReportError);
      for (const text of ['', 'null', '{"version": 2}', '{"version": 1, "conditions": 3}']) {
        await writeFile(join(dir, 'some.json'), text);
        await expect(readReport(join(dir, 'some.json'))).rejects.toThrow(/не отчёт npm run turns/);
      }
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });
});
