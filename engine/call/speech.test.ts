import { describe, expect, it } from 'vitest';
import type { CallPlan } from '../contract/call-plan.ts';
import { ProviderError } from '../contract/errors.ts';
import { toCallId } from '../contract/ids.ts';
import type { Operator } from '../ports/operator.ts';
import type { TextToSpeech } from '../ports/speech.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { UtterOrder } from './call-context.ts';
import { speech } from './speech.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const plan: CallPlan = {
  callId: toCallId('11111111-1111-4111-8111-111111111111'),
  phone: '+79990000001',
  language: 'ru',
  voice: 'female',
  prompt: '',
};
const ORDER: UtterOrder = {
  utterance: 3,
  kind: 'reply',
  language: 'ru',
  plan,
  history: [{ speaker: 'user', text: 'Сколько стоит?' }],
  remainingPairs: 5,
};

/** A stream that gives what it is told to. */
function source<T>(signal: AbortSignal) {
  const given: T[] = [];
  let over: { error?: Error } | undefined;
  let wake: () => void = () => undefined;
  signal.addEventListener('abort', () => wake(), { once: true });
  return {
    give: async (...items: T[]) => {
      given.push(...items);
      wake();
      await settle();
    },
    end: async (error?: Error) => {
      over = error === undefined ? {} : { error };
      wake();
      await settle();
    },
    stream: async function* () {
      for (;;) {
        signal.throwIfAborted();
        if (given.length > 0) yield given.shift()!;
        else if (over?.error !== undefined) throw over.error;
        else if (over !== undefined) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

/** An utterance whose operator and voice do what the test says. */
async function utterance(order: UtterOrder = ORDER) {
  const clock = new VirtualClock();
  const words = { current: source<string>(new AbortController().signal) };
  const asked: {
    text: string;
    signal: AbortSignal;
    sound: (ms: number) => Promise<void>;
    end: (error?: Error) => Promise<void>;
  }[] = [];
  const operator: Operator = {
    name: 'operator',
    reply: (_request, signal) => {
      words.current = source<string>(signal);
      return words.current.stream();
    },
    analyse: () => Promise.reject(new Error('not here')),
    followUp: () => Promise.reject(new Error('not here')),
  };
  const tts: TextToSpeech = {
    name: 'voice',
    speak: ({ text }, signal) => {
      const made = source<number>(signal);
      asked.push({ text, signal, sound: (ms) => made.give(ms), end: made.end });
      return (async function* () {
        for await (const ms of made.stream()) yield { samples: new Int16Array(ms * 8), rateHz: 8000 };
      })();
    },
  };
  const abort = new AbortController();
  const heard: string[] = [];
  let over: { error?: unknown } | undefined;
  void (async () => {
    try {
      for await (const piece of speech(order, { clock, operator, tts, clauseFirst: true }, abort.signal)) {
        if (piece.type === 'sentence') heard.push(piece.text);
        else if (piece.type === 'sound') heard.push(`${piece.pcm.samples.length / 8} ms`);
        else if (piece.type === 'failed') heard.push(piece.failure.code);
        else heard.push('said');
      }
      over = {};
    } catch (error) {
      over = { error };
    }
  })();
  await settle();
  return {
    clock,
    asked,
    heard,
    abort,
    over: () => over,
    texts: () => asked.map(({ text, signal }) => (signal.aborted ? `(${text})` : text)),
    say: (...pieces: string[]) => words.current.give(...pieces),
    endWords: (error?: Error) => words.current.end(error),
  };
}

describe('Sound asked for before its words are certain', () => {
  it('begins at the comma, and is heard when the next word confirms it', async () => {
    const { say, texts, asked, heard } = await utterance();
    await say('По вашей', ' заявке всё готово,');
    expect(texts()).toEqual(['По вашей заявке всё готово,']);
    await asked[0]!.sound(300);
    expect(heard).toEqual([]);
    await say(' сейчас');
    expect(heard).toEqual([]);
    await say(' я');
    expect(heard).toEqual(['По вашей заявке всё готово,', '300 ms']);
    expect(asked).toHaveLength(1);
  });

  it('is stopped without a trace when the next word hangs on it', async () => {
    const { say, endWords, texts, asked, heard, over } = await utterance();
    await say('Мы предлагаем хороший тариф,');
    await asked[0]!.sound(300);
    await say(' который', ' выгоден.');
    expect(texts()).toEqual([
      '(Мы предлагаем хороший тариф,)',
      'Мы предлагаем хороший тариф, который выгоден.',
    ]);
    expect(heard).toEqual([]);
    await endWords();
    await asked[1]!.sound(100);
    await asked[1]!.end();
    expect(heard).toEqual(['Мы предлагаем хороший тариф, который выгоден.', '100 ms', 'said']);
    expect(over()).toEqual({});
  });

  it('does not wait for the letter behind a full stop, and knows numbers and abbreviations', async () => {
    const { say, texts } = await utterance();
    await say('Это стоит 3.');
    expect(texts()).toEqual([]);
    await say('5 тыс. руб.');
    expect(texts()).toEqual(['Это стоит 3.5 тыс. руб.']);
    await say(' в месяц.');
    expect(texts()).toEqual(['(Это стоит 3.5 тыс. руб.)', 'Это стоит 3.5 тыс. руб. в месяц.']);
  });

  it('guesses no more after two guesses that were wrong', async () => {
    const { say, texts, endWords } = await utterance();
    await say('Есть хороший тариф,', ' который вам подойдёт,', ' если вы согласны,', ' чтобы мы начали.');
    expect(texts().filter((text) => !text.startsWith('('))).toEqual([]);
    expect(texts()).toHaveLength(2);
    await endWords();
    expect(texts().at(-1)).toBe(
      'Есть хороший тариф, который вам подойдёт, если вы согласны, чтобы мы начали.',
    );
  });

  it('that failed on a guess is asked for again when the words are certain', async () => {
    const { say, asked, heard } = await utterance();
    await say('По вашей заявке всё готово,');
    await asked[0]!.end(new ProviderError('PROVIDER_LIMIT', 'too many at once', { retryable: true }));
    await say(' сейчас я');
    expect(asked).toHaveLength(2);
    await asked[1]!.sound(200);
    expect(heard).toEqual(['По вашей заявке всё готово,', '200 ms']);
  });
});

describe('The next sentence', () => {
  const begun = async () => {
    const made = await utterance();
    await made.say('Раз два три. Четыре пять. Шесть семь. Восемь');
    return made;
  };

  it('is asked for when the one before it sounds, and no further', async () => {
    const { asked, texts, heard } = await begun();
    expect(texts()).toEqual(['Раз два три.']);
    await asked[0]!.sound(500);
    expect(texts()).toEqual(['Раз два три.', 'Четыре пять.']);
    await asked[1]!.sound(400);
    expect(texts()).toHaveLength(2);
    expect(heard).toEqual(['Раз два три.', '500 ms']);
    await asked[0]!.end();
    expect(heard).toEqual(['Раз два три.', '500 ms', 'said', 'Четыре пять.', '400 ms']);
    expect(texts()).toEqual(['Раз два три.', 'Четыре пять.', 'Шесть семь.']);
  });

  it('stops with the one that sounds', async () => {
    const { asked, abort, over, clock } = await begun();
    await asked[0]!.sound(500);
    abort.abort(new Error('barge-in'));
    await settle();
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(over()).toBeDefined();
    expect(clock.nextDueMs()).toBeUndefined();
  });

  it('that fails ahead is asked for again in its turn, and a failure then is one', async () => {
    const { asked, texts, over } = await begun();
    await asked[0]!.sound(500);
    await asked[1]!.end(new Error('no'));
    await asked[0]!.end();
    expect(texts()).toEqual(['Раз два три.', '(Четыре пять.)', 'Четыре пять.']);
    await asked[2]!.end(new Error('no again'));
    expect(over()).toMatchObject({ error: { message: 'no again' } });
  });
});

describe('Patience', () => {
  it('with a voice that hangs is what the caller has still to hear, and two seconds', async () => {
    const { say, asked, clock, over } = await utterance();
    await say('Раз два три. Ч');
    await asked[0]!.sound(1_000);
    await asked[0]!.sound(500);
    await clock.run(3_400);
    expect(over()).toBeUndefined();
    await clock.run(200);
    expect(over()).toMatchObject({ error: { code: 'TTS_TIMEOUT' } });
    expect(asked[0]!.signal.aborted).toBe(true);
  });

  it('with the first sound is eight seconds, with the next sentence’s four behind what sounds', async () => {
    const silent = await utterance();
    await silent.say('Раз два три. Ч');
    await silent.clock.run(7_900);
    expect(silent.over()).toBeUndefined();
    await silent.say('ет');
    await silent.clock.run(200);
    expect(silent.over()).toMatchObject({ error: { code: 'TTS_TIMEOUT' } });

    const { say, endWords, asked, clock, over } = await utterance();
    await say('Раз два три. Четыре пять.');
    await endWords();
    await asked[0]!.sound(1_000);
    await asked[0]!.end();
    await clock.run(4_900);
    expect(over()).toBeUndefined();
    await clock.run(200);
    expect(over()).toMatchObject({ error: { code: 'TTS_TIMEOUT' } });
  });

  it('with the operator is eight seconds, and four once he has begun', async () => {
    const silent = await utterance();
    await silent.clock.run(7_900);
    expect(silent.heard).toEqual([]);
    await silent.clock.run(200);
    expect(silent.heard).toEqual(['OPERATOR_TIMEOUT']);
    expect(silent.texts()).toEqual([expect.stringMatching(/^Простите/)]);

    const { say, asked, clock, heard, over } = await utterance();
    await say('Раз два три. Четыре');
    await asked[0]!.sound(1_000);
    await asked[0]!.end();
    await clock.run(3_900);
    expect(over()).toBeUndefined();
    await clock.run(200);
    expect(heard).toEqual(['Раз два три.', '1000 ms', 'said', 'OPERATOR_TIMEOUT']);
    expect(over()).toEqual({});
    expect(clock.nextDueMs()).toBeUndefined();
  });
});
