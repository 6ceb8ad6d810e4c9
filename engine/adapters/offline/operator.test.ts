import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNRECOGNISED } from '../../contract/fold-call.ts';
import { SPOKEN_LANGUAGES, type SpokenLanguage } from '../../contract/languages.ts';
import { saysGoodbye } from '../../dialogue/farewell.ts';
import { splitSentences } from '../../dialogue/sentences.ts';
import type { OperatorTask, Said } from '../../ports/operator.ts';
import { operatorContract } from '../../testing/operator-contract.ts';
import { personaScripts, type PersonaScript } from '../../testing/persona-script.ts';
import { createOfflineOperator, OFFLINE_OPERATOR_LANGUAGES } from './operator.ts';

const operator = createOfflineOperator();
const { signal } = new AbortController();

const say = async (task: OperatorTask, history: readonly Said[], language: SpokenLanguage, prompt = '') => {
  let text = '';
  for await (const piece of operator.reply({ task, brief: '', prompt, language, history }, signal))
    text += piece;
  return text;
};

/** Holds a conversation: each element is what the caller says before the assistant's next answer. */
async function talk(
  turns: readonly (readonly string[])[],
  language: SpokenLanguage,
  prompt = '',
  close = false,
) {
  const transcript: Said[] = [{ speaker: 'assistant', text: await say('greet', [], language, prompt) }];
  let goodbye = false;
  let pairs = 0;
  for (const turn of turns) {
    transcript.push(...turn.map((text): Said => ({ speaker: 'user', text })));
    const text = await say('reply', transcript, language, prompt);
    transcript.push({ speaker: 'assistant', text });
    pairs += 1;
    goodbye = saysGoodbye(text, language);
    if (goodbye) break;
  }
  if (close && !goodbye) {
    // The caller has nothing more to say: the call actor asks for the closing.
    const text = await say('close', transcript, language, prompt);
    transcript.push({ speaker: 'assistant', text });
    pairs += 1;
    goodbye = saysGoodbye(text, language);
  }
  const analysis = await operator.analyse({ prompt, language, transcript }, signal);
  return { transcript, goodbye, pairs, analysis, text: transcript.map((turn) => turn.text).join('\n') };
}

const FORBIDDEN = /(?<!\p{L})(?:ИИ|AI|робот|robot|искусственн|artificial)/u;
const expectSayable = (text: string) => {
  expect(text).not.toMatch(FORBIDDEN);
  expect(text.length).toBeGreaterThan(0);
  expect(text.length).toBeLessThanOrEqual(220);
  expect(splitSentences(text).length).toBeLessThanOrEqual(2);
};

const whole = (script: PersonaScript) => script.lines.map((line) => [line.join(' ')]);
const HANGS_UP_FIRST = new Set(['silent', 'hangs_up']);

describe.each(personaScripts())('$persona in $language', (script) => {
  const { persona, language, disposition } = script;
  const expectEnd = async (turns: readonly (readonly string[])[], maxPairs = 6, prompt = '') => {
    const result = await talk(turns, language, prompt, !HANGS_UP_FIRST.has(persona));
    expect(result.analysis.finalDisposition, result.text).toBe(disposition);
    if (!HANGS_UP_FIRST.has(persona)) {
      expect(result.goodbye, result.text).toBe(true);
      expect(result.pairs, result.text).toBeLessThanOrEqual(maxPairs);
    }
    for (const turn of result.transcript) if (turn.speaker === 'assistant') expectSayable(turn.text);
    return result;
  };

  it('ends in its disposition, with a goodbye', async () => {
    const { analysis } = await expectEnd(whole(script));
    expect(analysis.shortSummary).toMatch(/^[А-Я].*\.$/u);
    expect(splitSentences(analysis.shortSummary).length).toBeLessThanOrEqual(2);
  });

  it('also when a line comes in pieces, answered at its end', async () => {
    await expectEnd(script.lines.map((line) => [...line]));
  });

  it('also when one line comes in pieces, each answered', async () => {
    for (const at of script.lines.keys()) {
      const turns = script.lines.flatMap((line, i) =>
        i === at ? line.map((piece) => [piece]) : [[line.join(' ')]],
      );
      await expectEnd(turns, 6 + (script.lines[at]?.length ?? 0));
    }
  });

  it('also when every line comes in pieces, each answered', async () => {
    await expectEnd(
      script.lines.flatMap((line) => line.map((piece) => [piece])),
      12,
    );
  });

  it.skipIf(script.lines.length < 3)('also when one line cannot be made out', async () => {
    for (const at of script.lines.keys()) {
      await expectEnd(whole(script).map((turn, i) => (i === at ? [UNRECOGNISED] : turn)));
    }
  });

  it.skipIf(script.lines.length < 2)('also when two lines come as one', async () => {
    for (let at = 0; at + 1 < script.lines.length; at++) {
      const turns = whole(script);
      await expectEnd([
        ...turns.slice(0, at),
        [
          turns
            .slice(at, at + 2)
            .flat()
            .join(' '),
        ],
        ...turns.slice(at + 2),
      ]);
    }
  });

  it('also with a product of the customer’s own', async () => {
    const prompt =
      language === 'ru'
        ? 'Тебя зовут Ольга, стоматологическая клиника «Белый кит». Предложи бесплатную чистку зубов. Цены от 990 рублей.'
        : 'Your name is Olga, calling from Blue Whale Dental. Offer customers a free check-up. Prices from $20 per visit.';
    const { text } = await expectEnd(whole(script), 6, prompt);
    expect(text).toMatch(language === 'ru' ? /Ольга.*«Белый кит»/u : /Olga from Blue Whale/);
    expect(text).not.toMatch(/HALO/);
  });
});

describe('the offline operator', () => {
  it('lets go at once who is not interested or asks to be called later', async () => {
    expect((await talk([['Нет, не интересно.']], 'ru')).goodbye).toBe(true);
    expect((await talk([['Перезвоните вечером, пожалуйста.']], 'ru')).goodbye).toBe(true);
    expect((await talk([['Please call me back on Monday.']], 'en')).goodbye).toBe(true);
  });

  it.each<[string, SpokenLanguage, RegExp]>([
    ['А вы робот?', 'ru', /HALO|по делу/],
    ['Сколько стоит?', 'ru', /объёма звонков|сколько у вас звонков/],
    ['Можно попробовать?', 'ru', /бесплатн/],
    ['Что это такое?', 'ru', /помощник|звонка/i],
    ['Откуда у вас мой номер?', 'ru', /номер/i],
    ['Вы ошиблись номером.', 'ru', /ошибка.*до свидания/iu],
    ['Подождите минуту.', 'ru', /подожду/],
    ['Не слышу вас, повторите.', 'ru', /HALO/],
    ['Отстаньте уже!', 'ru', /больше.*до свидания/iu],
    ['У нас уже есть такое.', 'ru', /сравнения/],
    ['Это дорого.', 'ru', /Понимаю/],
    ['Are you a robot?', 'en', /HALO|business call/],
    ['How does it work?', 'en', /assistant|After every call/i],
    ['How much is it?', 'en', /price|depends/i],
    ['Wrong number.', 'en', /goodbye/i],
  ])('answers «%s»', async (text, language, expected) => {
    const { transcript } = await talk([[text]], language);
    expect(transcript.at(-1)?.text).toMatch(expected);
    expectSayable(transcript.at(-1)?.text ?? '');
  });

  it('names the price of the customer’s prompt, and no other', async () => {
    const known = await talk([['Сколько это стоит?']], 'ru', 'Доставка воды, от 350 руб. за бутыль');
    expect(known.text).toMatch(/от 350 рублей/);
    const unknown = await talk([['Сколько это стоит?']], 'ru', 'Доставка воды по городу');
    expect(unknown.text).toMatch(/сообщени/);
    expect(unknown.text).not.toMatch(/\d|бесплатн/);
  });

  it('says different things to different callers, and the same to the same', async () => {
    const openers = ['Да, здравствуйте.', 'Алло.', 'Слушаю вас.', 'Да, говорите.', 'Добрый день.', 'Да.'];
    const answers = await Promise.all(
      openers.map(async (text) => (await talk([[text]], 'ru')).transcript.at(-1)?.text),
    );
    expect(new Set(answers).size).toBeGreaterThan(2);
    expect((await talk([['Алло.']], 'ru')).text).toBe((await talk([['Алло.']], 'ru')).text);
  });

  it('asks again twice, then takes its leave of a line without words', async () => {
    const { pairs, goodbye, analysis } = await talk(
      Array.from({ length: 6 }, () => [UNRECOGNISED]),
      'ru',
    );
    expect(goodbye).toBe(true);
    expect(pairs).toBeLessThanOrEqual(3);
    expect(analysis).toMatchObject({
      finalDisposition: 'neutral',
      shortSummary: expect.stringMatching(/разобрать/) as string,
    });
  });

  it.each<[readonly string[], RegExp]>([
    [[], /не слышно|связь плохая/],
    [['Да.', 'Да, интересно.'], /подробности/],
    [['Перезвоните завтра утром.'], /завтра утром/],
    [['Ну, не знаю.'], /Спасибо/],
  ])('closes after %j with a sum-up and a goodbye', async (turns, expected) => {
    const { transcript } = await talk(
      turns.map((turn) => [turn]),
      'ru',
    );
    const heard =
      transcript.filter((turn) => turn.speaker === 'user').length === 0
        ? transcript
        : transcript.slice(0, -1);
    const text = await say('close', heard, 'ru');
    expect(text).toMatch(expected);
    expect(saysGoodbye(text, 'ru')).toBe(true);
  });

  it('says which languages it knows', async () => {
    const greetings = await Promise.all(
      OFFLINE_OPERATOR_LANGUAGES.map((language) => say('greet', [], language)),
    );
    expect(greetings).toEqual([expect.stringMatching(/^Здравствуйте/), expect.stringMatching(/^Hello/)]);
  });

  it('speaks Russian where its rules know no language, and streams in pieces', async () => {
    for (const language of SPOKEN_LANGUAGES) {
      const pieces: string[] = [];
      const request = { task: 'greet', brief: '', prompt: '', language, history: [] } as const;
      for await (const piece of operator.reply(request, signal)) pieces.push(piece);
      expect(pieces.length).toBeGreaterThan(2);
      expect(pieces.join('')).toMatch(language === 'en' ? /^Hello/ : /^Здравствуйте/);
    }
  });
});

describe('analysis', () => {
  const ask = 'Скажите, вам это интересно?';
  it.each<[string, readonly Said[], string, RegExp]>([
    ['silence', [{ speaker: 'assistant', text: 'Здравствуйте.' }], 'neutral', /ничего не сказал/],
    ['nothing at all', [], 'neutral', /ничего не сказал/],
    ['cut off', [{ speaker: 'user', text: 'Алло, слушаю.' }], 'neutral', /прервался/],
    [
      'a yes to the interest',
      [
        { speaker: 'assistant', text: ask },
        { speaker: 'user', text: 'Да, конечно.' },
      ],
      'interested',
      /заинтересовался/,
    ],
    [
      'a no to the interest',
      [
        { speaker: 'assistant', text: ask },
        { speaker: 'user', text: 'Нет.' },
      ],
      'not_interested',
      /отказался/,
    ],
    [
      'first yes, then no',
      [
        { speaker: 'user', text: 'Интересно.' },
        { speaker: 'assistant', text: '…' },
        { speaker: 'user', text: 'А, нет, мне это не нужно.' },
      ],
      'not_interested',
      /отказался/,
    ],
    ['a price question alone', [{ speaker: 'user', text: 'Сколько это стоит?' }], 'neutral', /о стоимости/],
    [
      'later, with a time',
      [{ speaker: 'user', text: 'Call me back on Monday.' }],
      'call_later',
      /в понедельник/,
    ],
    ['wrong number', [{ speaker: 'user', text: 'Вы ошиблись номером.' }], 'neutral', /ошиблись номером/],
    ['a busy one who hung up', [{ speaker: 'user', text: 'Я за рулём.' }], 'neutral', /не до разговора/],
  ])('%s', async (_name, transcript, disposition, summary) => {
    const analysis = await operator.analyse({ prompt: '', language: 'ru', transcript }, signal);
    expect(analysis.finalDisposition).toBe(disposition);
    expect(analysis.shortSummary).toMatch(summary);
    expect(analysis.interest).not.toBe('');
  });
});

describe('any caller', () => {
  const word = fc.constantFrom(
    ...personaScripts().flatMap((script) => script.lines.flat()),
    UNRECOGNISED,
    'Вы робот?',
    'ИИ',
    'AI',
    '',
  );
  const text = fc.oneof(word, word, fc.string({ maxLength: 40 }), fc.constant('х'.repeat(5_000)));
  const said = fc.record({ speaker: fc.constantFrom<Said['speaker']>('user', 'assistant'), text });

  it('gets a short answer, whatever he says and whatever the prompt', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(said, { maxLength: 14 }),
        fc.constantFrom<OperatorTask>('greet', 'reply', 'close'),
        fc.constantFrom(...SPOKEN_LANGUAGES),
        fc.oneof(
          fc.constant(''),
          fc.string({ maxLength: 200 }),
          fc.constantFrom(
            'Ты — ИИ-робот AI. Предложи чат-бота «AI Робот».',
            `Продаём ${'о'.repeat(300)}`,
            `«${'Ы'.repeat(39)}» предлагаем ${'слово '.repeat(50)}`,
          ),
        ),
        async (history, task, language, prompt) => {
          expectSayable(await say(task, history, language, prompt));
          const analysis = await operator.analyse({ prompt, language, transcript: history }, signal);
          expect(splitSentences(analysis.shortSummary).length).toBeLessThanOrEqual(2);
          const message = await operator.followUp(
            { prompt, language, transcript: history, analysis },
            signal,
          );
          expect(splitSentences(message).length).toBeLessThanOrEqual(3);
          expect(message).not.toMatch(FORBIDDEN);
        },
      ),
      { numRuns: 300 },
    );
  });
});

operatorContract('offline-rules', () => Promise.resolve({ operator, stop: () => Promise.resolve() }));
