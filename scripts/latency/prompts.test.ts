import { describe, expect, it } from 'vitest';
import { choosePrompts, parseTexts, promptOf, stretchPauses, type Prompt } from './prompts.ts';

const PAUSE = { startMs: 500, endMs: 800 };

function prompt(language: 'ru' | 'en', at: number, paused: boolean): Prompt {
  const rest = { rateHz: 8000, pcm: new Int16Array(0), voiced: [{ startMs: 0, endMs: 1500 }] };
  const name = `${language}/${String(at).padStart(3, '0')}`;
  return {
    key: name,
    language,
    file: name,
    text: `Sentence ${name}.`,
    ...rest,
    pauses: paused ? [PAUSE] : [],
  };
}

describe('parseTexts', () => {
  it('reads names and words, and leaves out what is not spoken', () => {
    const list = [
      '; Core Asterisk Sounds in Russian',
      'agent-pass: Введите пароль  и нажмите решетку.',
      'beep: [this is a simple beep tone]',
      'conf-adminmenu: conf-adminmenu: Нажмите 1 чтобы отключить микрофон.',
      'followme/status: The party is not at their desk.',
      '',
    ].join('\r\n');
    expect([...parseTexts(list)]).toEqual([
      ['agent-pass', 'Введите пароль и нажмите решетку.'],
      ['conf-adminmenu', 'Нажмите 1 чтобы отключить микрофон.'],
      ['followme/status', 'The party is not at their desk.'],
    ]);
  });
});

describe('promptOf', () => {
  const pcm = new Int16Array(16_000).map((_, at) => (at % 2 === 0 ? 3000 : -3000));
  const good = {
    key: 'en/a',
    language: 'en',
    file: 'a',
    text: 'Please try again.',
    rateHz: 8000,
    pcm,
  } as const;

  it.each([
    ['a whole sentence', {}, true],
    ['a piece of one', { text: '...to leave the conference.' }, false],
    ['a beginning', { text: 'Please enter the first ...' }, false],
    ['a word', { text: 'Goodbye.' }, false],
    ['a sign’s name', { key: 'ru/letters/ascii123', text: 'Левая фигурная скобка.' }, false],
    ['too short', { pcm: pcm.subarray(0, 7_000) }, false],
    ['too long', { rateHz: 1000 }, false],
    ['silence', { pcm: new Int16Array(16_000) }, false],
  ])('%s', (_what, other, taken) => {
    expect(promptOf({ ...good, ...other }) !== undefined).toBe(taken);
  });
});

describe('choosePrompts', () => {
  const all = (['ru', 'en'] as const).flatMap((language) =>
    Array.from({ length: 30 }, (_, at) => prompt(language, at, at % 3 === 0)),
  );
  const order = { calls: 8, turns: 4, seed: 5 };
  const keys = (calls: readonly (readonly Prompt[])[]) => calls.map((turns) => turns.map(({ key }) => key));

  it('gives the same to the same seed whatever order the disk has, and other prompts to another', () => {
    const chosen = choosePrompts(all, order);
    expect(keys(choosePrompts(all.toReversed(), order))).toEqual(keys(chosen));
    expect(keys(choosePrompts(all, { ...order, seed: 6 }))).not.toEqual(keys(chosen));
  });

  it('uses no sentence twice, one language a call, a third with a pause inside', () => {
    const chosen = choosePrompts([...all, { ...all[0]!, key: 'ru/again' }], order);
    const turns = chosen.flat();
    expect(new Set(turns.map(({ text }) => text)).size).toBe(32);
    expect(chosen.map((call) => new Set(call.map(({ language }) => language)).size)).toEqual(
      Array(8).fill(1),
    );
    expect(turns.filter(({ pauses }) => pauses.length > 0)).toHaveLength(10);
  });

  it('says when there are too few', () => {
    expect(() => choosePrompts(all, { calls: 20, turns: 4, seed: 1 })).toThrow('take fewer');
  });
});

describe('stretchPauses', () => {
  it('makes the pauses as long as asked and leaves the voice alone', () => {
    const voice = (ms: number) => Array.from({ length: ms * 8 }, (_, at) => (at % 2 === 0 ? 3000 : -3000));
    const pcm = Int16Array.from([...voice(600), ...new Int16Array(300 * 8), ...voice(400)]);
    const short = promptOf({
      key: 'en/a',
      language: 'en',
      file: 'a',
      text: 'One two, three.',
      rateHz: 8000,
      pcm,
    })!;
    expect(short.pauses).toEqual([{ startMs: 600, endMs: 900 }]);
    const long = stretchPauses(short, 700);
    expect(long.pauses).toEqual([{ startMs: 600, endMs: 1300 }]);
    expect(long.voiced.at(-1)).toEqual({ startMs: 1300, endMs: 1700 });
    expect(stretchPauses(short, 200).pcm).toEqual(short.pcm);
  });
});
