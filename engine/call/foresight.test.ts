import { describe, expect, it } from 'vitest';
import { toCallId } from '../contract/ids.ts';
import type { Recognition } from '../ports/speech.ts';
import { fakeOperator, fakeTts } from '../testing/call-lab-fakes.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { startingContext, utterOrder, afterWords, type CallContext } from './call-context.ts';
import type { TurnSpan } from './call-events.ts';
import { Foresight } from './foresight.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const recognised = (text: string) => ({ kind: 'recognised', text }) as const satisfies Recognition;

const context: CallContext = startingContext({
  plan: {
    callId: toCallId('11111111-1111-4111-8111-111111111111'),
    phone: '+79990000001',
    language: 'ru',
    voice: 'female',
    prompt: '',
  },
  via: 'test',
  simulated: true,
  languages: ['ru'],
});

/** Ears with hands: the test says what was heard between which moments. */
function ears() {
  const clock = new VirtualClock();
  const asked: {
    fromMs: number;
    toMs: number;
    signal: AbortSignal;
    answer: (how: Recognition | Error) => void;
  }[] = [];
  let cut = { fromMs: 0, toMs: 0 };
  const words: string[] = [];
  const foresight = new Foresight({
    clock,
    operator: fakeOperator(clock, 'Хорошо.'),
    tts: fakeTts(clock),
    soundOf: (fromMs, toMs) => {
      cut = { fromMs, toMs };
      return { samples: new Int16Array(0), rateHz: 8000 };
    },
    recognise: (_sound, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
        asked.push({
          ...cut,
          signal,
          answer: (how) => (how instanceof Error ? reject(how) : resolve(how)),
        });
      }),
    onWords: (_turn, { text }) => words.push(text),
  });
  return { foresight, asked, words };
}

const span = (endMs: number, startMs = 1_000): TurnSpan => ({ turn: 1, startMs, endMs });

describe('Foresight', () => {
  it('has the answer to just these words ready, and to no others', async () => {
    const { foresight, asked, words } = ears();
    foresight.consider({ spans: [span(2_000)], context });
    asked[0]!.answer(recognised('Да.'));
    await settle();
    expect(words).toEqual(['Да.']);
    expect(await foresight.recognition([span(2_000)])).toEqual(recognised('Да.'));
    const next = { ...context, ...afterWords(context, recognised('Да.'), span(2_000)), utterance: 1 };
    expect(foresight.speechFor(utterOrder(next, 'reply'))).toBeDefined();
    expect(foresight.speechFor(utterOrder(next, 'reply'))).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  it('does not begin anew what it is thinking about', () => {
    const { foresight, asked } = ears();
    foresight.consider({ spans: [span(2_000)], context });
    foresight.consider({ spans: [span(2_000)], context });
    void foresight.recognition([span(2_000)]).catch(() => undefined);
    expect(asked).toHaveLength(1);
    foresight.close();
    expect(asked[0]!.signal.aborted).toBe(true);
  });

  it('stops without a trace when he goes on after little', async () => {
    const { foresight, asked } = ears();
    foresight.consider({ spans: [span(2_000)], context });
    foresight.goesOn(300);
    expect(asked[0]!.signal.aborted).toBe(true);
    foresight.consider({ spans: [span(4_000)], context });
    expect(asked[1]).toMatchObject({ fromMs: 750, toMs: 4_250 });
    await settle();
  });

  it('recognises a long turn in pieces, each once', async () => {
    const { foresight, asked } = ears();
    foresight.consider({ spans: [span(7_000)], context });
    foresight.goesOn(400);
    expect(asked[0]!.signal.aborted).toBe(false);
    // A pause soon after: only the new piece, and it is dropped when he goes on.
    foresight.consider({ spans: [span(9_000)], context });
    expect(asked[1]).toMatchObject({ fromMs: 7_200, toMs: 9_250 });
    foresight.goesOn(300);
    expect(asked[1]!.signal.aborted).toBe(true);
    foresight.consider({ spans: [span(14_000)], context });
    foresight.goesOn(200);
    foresight.consider({ spans: [span(16_000)], context });
    expect(asked[3]).toMatchObject({ fromMs: 14_100, toMs: 16_250 });
    asked[3]!.answer(recognised('три'));
    asked[0]!.answer(recognised('раз'));
    asked[2]!.answer(recognised('два'));
    expect(await foresight.recognition([span(16_000)])).toEqual(recognised('раз два три'));
    expect(asked).toHaveLength(4);
  });

  it('recognises the whole turn where a piece of it was not understood', async () => {
    const { foresight, asked } = ears();
    foresight.consider({ spans: [span(7_000)], context });
    foresight.goesOn(400);
    foresight.consider({ spans: [span(9_000)], context });
    asked[0]!.answer(new Error('no answer'));
    asked[1]!.answer(recognised('конец'));
    await settle();
    expect(asked[2]).toMatchObject({ fromMs: 750, toMs: 9_250 });
    asked[2]!.answer(recognised('начало и конец'));
    expect(await foresight.recognition([span(9_000)])).toEqual(recognised('начало и конец'));
  });

  it('keeps nothing of a turn for the next one', () => {
    const { foresight, asked } = ears();
    foresight.consider({ spans: [span(7_000)], context });
    foresight.goesOn(400);
    const next = { turn: 2, startMs: 9_000, endMs: 9_900 };
    foresight.consider({ spans: [next], context });
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(asked[1]).toMatchObject({ fromMs: 8_750, toMs: 10_150 });
  });
});
