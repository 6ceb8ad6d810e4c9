import { expect, it } from 'vitest';
import { withProviderTimes, type Speech } from './provider-times.ts';

const AUDIO = { samples: new Int16Array(8), rateHz: 8000 };
const signal = new AbortController().signal;

it('tells how long the first of each answer took, once a request, and leaves the answers as they are', async () => {
  let nowMs = 0;
  let asked = 0;
  let left = false;
  const speech: Speech = {
    stt: {
      name: 'ears',
      recognise: async () => {
        nowMs += 300;
        return { kind: 'recognised', text: 'да' };
      },
    },
    operator: {
      name: 'mind',
      reply: () => {
        asked += 1;
        return (async function* () {
          nowMs += 40;
          yield 'раз';
          nowMs += 1_000;
          yield 'два';
        })();
      },
      analyse: () => Promise.reject(new Error('not asked')),
      followUp: () => Promise.reject(new Error('not asked')),
    },
    tts: {
      name: 'voice',
      variant: ({ voice }) => `voice ${voice}`,
      speak: async function* () {
        try {
          nowMs += 7;
          yield AUDIO;
          yield AUDIO;
        } finally {
          left = true;
        }
      },
    },
  };
  const times: [string, number][] = [];
  const timed = withProviderTimes(speech, { now: () => nowMs }, (...time) => times.push(time));

  expect(await timed.stt.recognise(AUDIO, { language: 'ru' }, signal)).toMatchObject({ text: 'да' });
  const reply = timed.operator.reply(
    { task: 'reply', brief: '', prompt: '', language: 'ru', history: [] },
    signal,
  );
  expect(asked).toBe(1);
  const words: string[] = [];
  for await (const word of reply) words.push(word);
  expect(words).toEqual(['раз', 'два']);
  const request = { text: 'да', language: 'ru', voice: 'male' } as const;
  for await (const pcm of timed.tts.speak(request, signal)) {
    expect(pcm).toBe(AUDIO);
    break;
  }
  expect(left).toBe(true);
  expect(timed.tts.variant?.(request)).toBe('voice male');
  expect(times).toEqual([
    ['stt', 300],
    ['operator', 40],
    ['tts', 7],
  ]);
});

it('tells nothing of a request that failed', async () => {
  const refuse = (): Promise<never> => Promise.reject(new Error('away'));
  const speech = {
    stt: { name: 'ears', recognise: refuse },
    operator: {} as Speech['operator'],
    tts: { name: 'voice', speak: () => ({ [Symbol.asyncIterator]: () => ({ next: refuse }) }) },
  };
  const times: unknown[] = [];
  const timed = withProviderTimes(speech, { now: () => 0 }, (...time) => times.push(time));
  await expect(timed.stt.recognise(AUDIO, { language: 'ru' }, signal)).rejects.toThrow('away');
  const pieces = timed.tts.speak({ text: 'да', language: 'ru', voice: 'male' }, signal);
  await expect(pieces[Symbol.asyncIterator]().next()).rejects.toThrow('away');
  expect(times).toEqual([]);
  expect(timed.tts.variant).toBeUndefined();
});
