import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadResampler } from '../../engine/media/resampler.ts';
import { parseWav } from '../../engine/media/wav.ts';
import { openOfflineParts, type OfflineParts } from '../../engine/testing/call-lab-offline.ts';
import { holdScenario, type HeldScenario } from './hold.ts';
import { htmlReport } from './html.ts';
import { judge } from './judge.ts';
import { junitXml } from './junit.ts';
import { SCENARIOS_DIR } from './options.ts';
import { readScenarios, type ScenarioFile } from './read.ts';
import { isOk, runScenarios, type ScenarioResult } from './run.ts';
import type { Expectations, Scenario } from './schema.ts';

// Minutes of conversation in virtual time: a second or two each, on a machine that does nothing else.
vi.setConfig({ testTimeout: 120_000 });

let parts: OfflineParts;
beforeAll(async () => {
  await loadResampler();
  parts = await openOfflineParts();
});
afterAll(() => parts.close());

const fileOf = (scenario: Partial<Scenario>): ScenarioFile => ({
  name: 'planted',
  file: `${SCENARIOS_DIR}/planted.yaml`,
  scenario: { title: 'Проба', covers: ['V5'], expect: { status: 'completed' }, ...scenario },
});
const hold = (scenario: Partial<Scenario>) =>
  holdScenario(fileOf(scenario), { parts, realTime: false, nth: 0 });
const failing = (held: HeldScenario, expectations: Expectations) =>
  judge(held, expectations)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

describe('An expectation', () => {
  let held: HeldScenario;
  beforeAll(async () => {
    held = await hold({
      steps: [
        { interrupt: { line: 'not-interested-ru-1' }, after: '2s' },
        { dtmf: '7' },
        { say: { line: 'not-interested-ru-3' } },
      ],
    });
  });

  const TRUE: Expectations = {
    status: 'completed',
    disposition: 'not_interested',
    reason: 'завершён',
    language: 'ru',
    heard: ['Алло, кто это?', 'Нет, не звоните мне больше. До свидания.'],
    unrecognised: 0,
    has_kinds: ['greeting', 'reply'],
    broken_off: 1,
    goes_on: 0,
    stops: { within: '200ms', at_least: 1 },
    reply: { within: '2s', at_least: 2 },
    sound: { within: '2s', at_least: 2 },
    says: ['HALO'],
    never_says: ['слон'],
    dtmf: '7',
    lost_packets: { at_most: 0 },
    lasts_at_most: '60s',
    lasts_at_least: '5s',
    silent_at_most: '4s',
    row: { status: '^completed$' },
    log: ['call ended'],
  };
  it('holds of what was so', () => {
    expect(judge(held, TRUE).filter(({ ok }) => !ok)).toEqual([]);
  });

  it.each<[string, Expectations]>([
    ['refused', { refused: true }],
    ['status', { status: 'failed' }],
    ['disposition', { disposition: 'interested' }],
    ['reason', { reason: 'занят' }],
    ['language', { language: 'en' }],
    ['heard', { heard: ['Алло, кто это?'] }],
    ['unrecognised', { unrecognised: 1 }],
    ['kinds', { kinds: ['greeting'] }],
    ['has_kinds', { has_kinds: ['apology'] }],
    ['broken_off', { broken_off: 0 }],
    ['goes_on', { goes_on: 1 }],
    ['stops', { stops: { within: '10ms' } }],
    ['stops', { stops: { within: '200ms', at_least: 5 } }],
    ['reply', { reply: { within: '100ms' } }],
    ['sound', { sound: { within: '100ms' } }],
    ['fillers', { fillers: { within: '2s' } }],
    ['no_premature_reply', { no_premature_reply: true }],
    ['says', { says: ['слон'] }],
    ['never_says', { never_says: ['HALO'] }],
    ['failures', { failures: ['stt STT_TIMEOUT'] }],
    ['limit', { limit: 'time' }],
    ['dtmf', { dtmf: '8' }],
    ['lost_packets', { lost_packets: { at_least: 1 } }],
    ['lasts_at_most', { lasts_at_most: '5s' }],
    ['lasts_at_least', { lasts_at_least: '60s' }],
    ['silent_at_most', { silent_at_most: '300ms' }],
    ['row.status', { row: { status: '^failed$' } }],
    ['row.colour', { row: { colour: 'red' } }],
    ['log', { log: ['a message that nobody writes'] }],
  ])('%s fails of what was not so: %j', (name, expectations) => {
    expect(failing(held, expectations)).toEqual([name]);
  });
});

describe('A fault that is planted', () => {
  it('in the provider, too slow and without fillers: the reply is late, and it is told', async () => {
    const held = await hold({
      persona: 'call_later',
      provider: { latency: { chat: '3s' }, fillers: false },
    });
    expect(failing(held, { reply: { within: '2s' }, sound: { within: '1.5s' } })).toEqual(['reply', 'sound']);
  });

  it('in the caller, who had not finished when he was answered: the reply was premature', async () => {
    const held = await hold({
      steps: [{ say: { line: 'interested-ru-1' } }, { say: { line: 'interested-ru-2', when: 'after=1.2s' } }],
    });
    expect(failing(held, { no_premature_reply: true })).toEqual(['no_premature_reply']);
  });

  it('in the provider, unforeseen: it is told though nothing was expected of it', async () => {
    const held = await hold({
      persona: 'call_later',
      provider: { fail: { stage: 'chat', how: 'nonsense' } },
    });
    expect(failing(held, { status: 'completed' })).toEqual(['failures']);
  });

  it('in the scenario itself, a sound that is not there: told, and the others run on', async () => {
    const told: string[] = [];
    const results = await runScenarios(
      [
        fileOf({ steps: [{ say: { line: 'lost-line' } }] }),
        fileOf({ call: { to: '+79990000486' }, expect: { status: 'no_answer' } }),
      ],
      { parts, realTime: false, repeat: undefined, atOnce: 1, onResult: ({ file }) => told.push(file.name) },
    );
    expect(results.map(({ runs }) => runs.map(isOk))).toEqual([[false], [true]]);
    expect(results[0]!.runs[0]!.error).toContain('lost-line');
    expect(told).toHaveLength(2);
  });
});

describe('The scenarios that ship', () => {
  let results: readonly ScenarioResult[];
  it('come true, the handful for every day', async () => {
    const files = (await readScenarios([SCENARIOS_DIR])).filter(({ scenario }) => scenario.ci === true);
    expect(files.length).toBeGreaterThanOrEqual(5);
    results = await runScenarios(files, { parts, realTime: false, repeat: 1, atOnce: 2, onResult: () => {} });
    const faults = results.flatMap(({ file, runs }) =>
      runs.flatMap((run) =>
        [run.error, ...run.checks.filter(({ ok }) => !ok)].filter(Boolean).map((what) => [file.name, what]),
      ),
    );
    expect(faults).toEqual([]);
  });

  it('are told in one page that asks nobody for anything, with recordings to listen to', () => {
    const page = htmlReport(results, { at: new Date(0), realTime: false });
    expect(page).toContain("default-src 'none'");
    const addresses = [...page.matchAll(/\b(?:src|href|action|poster|data)="([^"]*)"/g)].map(
      ([, address]) => address!,
    );
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) expect(address).toMatch(/^data:audio\/wav;base64,/);
    expect(page).not.toMatch(/@import|url\(|<link|<iframe|fetch\(|XMLHttpRequest|import\(/);
    const sound = parseWav(Buffer.from(addresses[0]!.split(',')[1]!, 'base64'));
    expect(sound).toMatchObject({ rateHz: 8000, channels: 2 });
    expect(sound.samples[1]!.some((sample) => Math.abs(sample) > 1000)).toBe(true);
  });

  it('are told in JUnit XML that is well formed, failures and odd characters too', () => {
    const [first] = results;
    const broken: ScenarioResult = {
      file: { ...first!.file, name: 'a<b>&"c"\u0007' },
      runs: [
        {
          nth: 0,
          held: undefined,
          checks: [{ name: 'says', ok: false, wanted: '<до & "свидания">', got: ']]>\n\u0000' }],
          error: undefined,
          tookMs: 5,
        },
        { nth: 1, held: undefined, checks: [], error: 'it <broke>', tookMs: 5 },
      ],
    };
    const xml = junitXml([...results, broken]);
    expect(faultOfXml(xml)).toBeUndefined();
    expect(xml.match(/<testcase /g)).toHaveLength(results.length + 2);
    expect(xml).toMatch(/tests="2" failures="1" errors="1"/);
    expect(faultOfXml(xml.replace('</testsuite>', ''))).toBeDefined();
  });
});

/** What is not well formed (XML 1.0 §2.1), of a document without comments and CDATA. */
function faultOfXml(xml: string): string | undefined {
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml[^?]*\?>/, '')
    .replaceAll(
      /<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/g,
      (_all, close: string, name: string, attributes: string, empty: string) => {
        if (close !== '') return open.pop() === name ? '' : `!${name}!`;
        if (empty === '') open.push(name);
        return attributes.includes('&') ? attributes.replaceAll(/[^&;#\w]/g, '') : '';
      },
    );
  if (open.length > 0) return `not closed: ${open.join(' ')}`;
  const stray = /[<!]|&(?!(?:amp|lt|gt|quot|#10);)|[\u0000-\u0008]/.exec(rest);
  return stray === null ? undefined : `stray ${stray[0]} at ${stray.index}`;
}
