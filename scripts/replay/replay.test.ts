import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JournalFileError, readJournal, readJournalFile } from './journal-file.ts';
import { readOptions } from './options.ts';
import { UsageError } from '../lib/usage.ts';
import { hearAgain } from '../../engine/index.ts';
import { hearingLines, reportLines } from './report.ts';

const CREATED = {
  ...{ callId: '11111111-1111-4111-8111-111111111111', seq: 1, at: '2026-11-17T12:00:00.000Z' },
  ...{ type: 'call.created', phone: '+79990000001', language: 'auto', voice: 'female', prompt: '' },
};

describe('npm run replay', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'halo-replay-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('takes one call or one file', () => {
    expect(readOptions([CREATED.callId])).toEqual({ journal: { callId: CREATED.callId }, json: false });
    expect(readOptions(['a.jsonl', '--json'])).toEqual({ journal: { file: 'a.jsonl' }, json: true });
    expect(readOptions(['a', '--audio'])).toMatchObject({ audio: 'own' });
    expect(readOptions(['a', '--wav', 'x.wav'])).toMatchObject({ audio: { file: 'x.wav' } });
    expect(readOptions(['--help'])).toBeUndefined();
    for (const wrong of [[], ['a', 'b'], ['--what']]) expect(() => readOptions(wrong)).toThrow(UsageError);
  });

  it('reads a journal as lines and as the API’s answer', async () => {
    const line = JSON.stringify(CREATED);
    expect(readJournal(`${line}\n\n`, 'x')).toEqual([CREATED]);
    expect(readJournal(JSON.stringify({ call_id: 'x', last_seq: 1, events: [CREATED] }), 'x')).toEqual([
      CREATED,
    ]);
    const file = join(folder, 'one.jsonl');
    await writeFile(file, line);
    expect(await readJournalFile(file)).toEqual([CREATED]);
  });

  it.each([
    ['', /пуст/],
    ['not json', /строка 1: это не JSON/],
    [`${JSON.stringify(CREATED)}\n{"type":`, /строка 2: это не JSON/],
    ['{"type":"line.ringing"}', /событие 1: событие «line.ringing» не того вида/],
    ['[1]', /нет поля type/],
    [JSON.stringify({ ...CREATED, voice: 'robot' }), /call\.created/],
  ])('says what is wrong with %s', (text, words) => {
    expect(() => readJournal(text, 'x')).toThrow(JournalFileError);
    expect(() => readJournal(text, 'x')).toThrow(words);
  });

  it('says that a file is missing', async () => {
    await expect(readJournalFile(join(folder, 'none'))).rejects.toThrow(/такого файла нет/);
  });

  it('tells what today’s ears hear otherwise', () => {
    const same = { frames: 500, heard: 12, concealed: 3, difference: undefined };
    expect(hearingLines(same).join('\n')).toMatch(/10\.0 с записи, решений 12, различий 0[\s\S]*3 кадров/);
    const today = { type: 'speech.started', turn: 2, startMs: 900 };
    const other = { ...same, concealed: 0, difference: { nth: 5, atMs: 1_240, recorded: undefined, today } };
    expect(hearingLines(other).join('\n')).toMatch(
      /решение 5 из 12, 1\.24 с[\s\S]*Тогда: ничего[\s\S]*speech\.started/,
    );
  });

  it('refuses a recording that is none', async () => {
    const file = join(folder, 'noise.wav');
    await writeFile(file, 'no sound');
    await expect(hearAgain([], file)).rejects.toThrow(/это не запись разговора/);
    await expect(hearAgain([], join(folder, 'none.wav'))).rejects.toThrow(/--wav/);
  });

  it('tells the first difference in words', () => {
    expect(reportLines({ steps: 3, events: 2, difference: undefined })).toEqual([
      expect.stringContaining('различий 0'),
    ]);
    const lines = reportLines({
      steps: 9,
      events: 5,
      difference: {
        ...{ afterSeq: 4, step: 6, ms: 12_345, event: 'timer' },
        recorded: { did: [], wrote: [], states: ['live.line.preparing'] },
        today: {
          did: ['utter closing 2 ru'],
          wrote: [{ type: 'line.ringing' }],
          states: ['live.ledger.open'],
        },
      },
    });
    expect(lines.join('\n')).toMatch(/шаг 6 из 9, 12\.345 с.*после события журнала 4/);
    expect(lines.join('\n')).toMatch(
      /ничего не сделано[\s\S]*сделано: utter closing 2 ru[\s\S]*line\.ringing/,
    );
  });
});
