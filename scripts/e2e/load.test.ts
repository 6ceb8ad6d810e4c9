import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayCall } from '../../engine/index.ts';
import type { LoadOptions } from '../load/options.ts';
import { runLoad } from '../load/run.ts';
import { readJournalFile } from '../replay/journal-file.ts';
import { allGone, spawnProgram } from '../lib/halo-process.ts';
import { descendantsOf } from '../lib/processes.ts';
import { until } from '../lib/until.ts';

const SCENARIOS = resolve('seeds/scenarios');
/** Who hangs up at once comes to `neutral`: that he should be won over is the planted mistake. */
const mix = (folder: string): string => `title: Проверка проверки
callers:
  - name: занято
    weight: 1
    line: busy
    expect: { status: no_answer, disposition: unknown }
  - name: бросает трубку
    weight: 1
    scenario: ${relative(folder, join(SCENARIOS, 'v3-hangs-up-during-greeting.yaml'))}
    expect: { status: completed, disposition: neutral }
  - name: бросает трубку, а должен согласиться
    weight: 1
    scenario: ${relative(folder, join(SCENARIOS, 'v3-hangs-up-during-greeting.yaml'))}
    expect: { status: completed, disposition: interested }
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'halo-load-test-'));
  writeFileSync(join(folder, 'mix.yaml'), mix(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a few seconds of load find a planted leak and a planted wrong outcome, and nothing else', async () => {
  const options: LoadOptions = {
    ...{ calls: 4, perSecond: 4, minutes: 0.05, mix: join(folder, 'mix.yaml'), seed: 4 },
    ...{ out: join(folder, 'out'), json: join(folder, 'report.json') },
  };
  const printed: string[] = [];
  const { ok, figures, verdicts } = await runLoad(options, 'a machine', {
    stop: new AbortController().signal,
    print: (line) => void printed.push(line),
    onState: () => {},
    preload: [new URL('../load/testing/leak.ts', import.meta.url)],
    settleMs: 1_000,
  });
  expect(ok).toBe(false);
  const failing = verdicts.filter(({ holds }) => holds === false).map(({ what }) => what);
  expect(failing).toEqual([
    // Connections of a pool may still be there: only a longer wait would tell them from leaks.
    expect.stringMatching(/^остались открытыми: (?!.*UDP).*fd file \d+ → \d+/),
    expect.stringMatching(/^звонки с тем концом, что задуман: \d+ из \d+$/),
  ]);

  // Every call of that caller was found, with its journal, and no other.
  const misled = figures.ended.filter(({ caller }) => caller.includes('должен согласиться'));
  expect(misled.length).toBeGreaterThan(0);
  expect(figures.ended.length).toBeGreaterThan(misled.length);
  expect(figures.ended.length).toBe(figures.ordered);
  expect(figures.ended.filter(({ wrong }) => wrong.length > 0)).toEqual(misled);
  for (const { callId } of misled) {
    const file = join(folder, 'out', `${callId}.jsonl`);
    expect(printed.join('\n')).toContain(`npm run replay -- ${relative(process.cwd(), file)}`);
    expect((await replayCall(await readJournalFile(file))).difference).toBeUndefined();
  }
  expect(readdirSync(options.out).filter((name) => name.endsWith('.jsonl'))).toHaveLength(misled.length);

  // Packets were counted, and the report is the same for programs; nobody is left behind.
  expect(figures.after.latenessMs.count).toBeGreaterThan(50);
  expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toMatchObject({ ok, verdicts });
  expect(descendantsOf(process.pid).filter(({ name }) => name === 'postgres')).toEqual([]);
});

it('Ctrl-C hangs up, tells what there is so far, and leaves no process', async () => {
  const out = join(folder, 'interrupted');
  const args = ['--calls', '2', '--rate', '10/s', '--minutes', '5', '--out', out];
  const child = spawnProgram(['scripts/load.ts', ...args], {});
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (said += chunk.toString('utf8')));
  const ended = new Promise((resolve) => child.once('close', resolve));
  await until('calls are going on', 60_000, async () => /звонки идут [12],/.test(said) || undefined);
  const started = descendantsOf(child.pid ?? 0);
  expect(started.length).toBeGreaterThan(1);
  child.kill('SIGINT');
  expect([await ended, said]).toEqual([1, expect.stringContaining('Прервано: отчёт по тому, что успело.')]);
  expect(said).toMatch(/прерваны нами: [1-9]/);
  expect(said).not.toContain('НЕ СБЫЛОСЬ');
  expect(said).toMatch(/сбылось +HALO закончил работу сам, код 0/);
  await allGone(started);
});
