import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProviderError } from '../contract/errors.ts';
import type { Pcm, SpeechRequest, TextToSpeech } from '../ports/speech.ts';
import { ttsContract } from '../testing/tts-contract.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { SpeechCache } from './speech-cache.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const live = () => new AbortController().signal;
const request = (text: string): SpeechRequest => ({ text, language: 'ru', voice: 'female' });

interface Work {
  readonly text: string;
  readonly signal: AbortSignal;
  give: (...samples: number[]) => Promise<void>;
  end: (error?: Error) => Promise<void>;
}

/** A voice that says what it is told to, when it is told to. */
function voice() {
  const works: Work[] = [];
  const engine = { name: 'a' };
  const tts: TextToSpeech = {
    name: 'voice',
    variant: () => engine.name,
    async *speak({ text }, signal) {
      const given: Int16Array[] = [];
      let over: { error?: Error } | undefined;
      let wake: () => void = () => undefined;
      const work: Work = {
        text,
        signal,
        give: async (...samples) => {
          given.push(Int16Array.from(samples));
          wake();
          await settle();
        },
        end: async (error) => {
          over = error === undefined ? {} : { error };
          wake();
          await settle();
        },
      };
      works.push(work);
      signal.addEventListener('abort', () => wake());
      for (;;) {
        signal.throwIfAborted();
        const samples = given.shift();
        if (samples !== undefined) yield { samples, rateHz: 8000 };
        else if (over?.error !== undefined) throw over.error;
        else if (over !== undefined) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
  return { tts, works, engine };
}

function setUp(maxBytes?: number) {
  const clock = new VirtualClock();
  const { tts, works, engine } = voice();
  return { clock, works, engine, cache: new SpeechCache(tts, clock, maxBytes) };
}

/** Listens in the background. */
function listen(cache: SpeechCache, text: string, signal = live()) {
  const heard: number[] = [];
  const over = (async () => {
    for await (const { samples } of cache.speak(request(text), signal)) {
      heard.push(...samples);
      // Nobody may spoil another's sound.
      samples.fill(0);
    }
  })();
  over.catch(() => undefined);
  return { heard, over };
}

async function say(cache: SpeechCache, works: Work[], text: string, ...samples: number[]) {
  const { over } = listen(cache, text);
  await settle();
  await works.at(-1)!.give(...samples);
  await works.at(-1)!.end();
  await over;
}

describe('A voice that remembers', () => {
  it('says a phrase the second time without the engine, at once and in chunks', async () => {
    const { cache, works } = setUp();
    const long = Array.from({ length: 4000 }, (_, i) => i % 100);
    await say(cache, works, 'Да.', ...long);
    const chunks: Pcm[] = [];
    for await (const pcm of cache.speak(request('Да.'), live())) chunks.push(pcm);
    expect(chunks.map(({ samples }) => samples.length)).toEqual([1600, 1600, 800]);
    expect(chunks.flatMap(({ samples }) => [...samples])).toEqual(long);
    expect(cache.ready(request('Да.'))).toEqual(chunks);
    expect(works).toHaveLength(1);
    const again = listen(cache, 'Да.');
    await again.over;
    expect((await collect(cache, 'Да.')).length).toBe(4000);
    expect(again.heard).toEqual(long);
  });

  it('knows text, language, voice and variant apart', async () => {
    const { cache, works, engine } = setUp();
    await say(cache, works, 'Да.', 1);
    expect(cache.ready({ ...request('Да.'), voice: 'male' })).toBeUndefined();
    expect(cache.ready({ ...request('Да.'), language: 'en' })).toBeUndefined();
    engine.name = 'b';
    expect(cache.ready(request('Да.'))).toBeUndefined();
    engine.name = 'a';
    expect(cache.ready(request('Да.'))).toBeDefined();
  });

  it('does not keep what another engine said in the place of the one that was asked', async () => {
    const { cache, works, engine } = setUp();
    const { over } = listen(cache, 'Да.');
    await settle();
    engine.name = 'b';
    await works[0]!.give(1);
    await works[0]!.end();
    await over;
    expect(cache.ready(request('Да.'))).toBeUndefined();
    expect(cache.bytes).toBe(0);
  });

  it('keeps nothing that broke or was left, and asks anew', async () => {
    const { cache, works } = setUp();
    const broken = listen(cache, 'Да.');
    await settle();
    await works[0]!.give(1);
    await works[0]!.end(new Error('broken'));
    await expect(broken.over).rejects.toThrow('broken');
    const abort = new AbortController();
    const left = listen(cache, 'Да.', abort.signal);
    await settle();
    await works[1]!.give(1);
    abort.abort(new Error('barge-in'));
    await expect(left.over).rejects.toThrow('barge-in');
    expect(works[1]!.signal.aborted).toBe(true);
    await settle();
    expect(cache.ready(request('Да.'))).toBeUndefined();
    expect(cache.bytes).toBe(0);
    await say(cache, works, 'Да.', 7);
    expect(works).toHaveLength(3);
  });

  it('shares one synthesis: one who leaves takes nothing from the others, one who comes late misses nothing', async () => {
    const { cache, works } = setUp();
    const abort = new AbortController();
    const first = listen(cache, 'Да.', abort.signal);
    await settle();
    await works[0]!.give(1, 2);
    const second = listen(cache, 'Да.');
    await settle();
    expect(second.heard).toEqual([1, 2]);
    abort.abort(new Error('gone'));
    await expect(first.over).rejects.toThrow('gone');
    expect(works[0]!.signal.aborted).toBe(false);
    await works[0]!.give(3);
    await works[0]!.end();
    await second.over;
    expect(first.heard).toEqual([1, 2]);
    expect(second.heard).toEqual([1, 2, 3]);
    expect(works).toHaveLength(1);
    expect(cache.ready(request('Да.'))).toBeDefined();
  });

  it('never holds more than its bytes: the least recently used go, what was prepared goes last', async () => {
    const { cache, works } = setUp(8);
    await say(cache, works, 'раз', 1, 1);
    await say(cache, works, 'два', 2, 2);
    cache.ready(request('раз'));
    await say(cache, works, 'три', 3, 3);
    expect(cache.ready(request('два'))).toBeUndefined();
    expect(cache.ready(request('раз'))).toBeDefined();
    await say(cache, works, 'много', 1, 2, 3, 4, 5);
    expect(cache.ready(request('много'))).toBeUndefined();
    expect(cache.bytes).toBe(8);
    cache.warm([request('раз')]);
    await say(cache, works, 'четыре', 4);
    await say(cache, works, 'пять', 5);
    await say(cache, works, 'шесть', 6);
    expect(cache.ready(request('раз'))).toBeDefined();
    expect(cache.ready(request('четыре'))).toBeUndefined();
    expect(cache.bytes).toBe(8);
  });

  it('counts its bytes right, whatever is said', async () => {
    const words = fc.array(
      fc.tuple(fc.constantFrom('а', 'б', 'в', 'г', 'д'), fc.integer({ min: 1, max: 6 })),
      {
        maxLength: 25,
      },
    );
    await fc.assert(
      fc.asyncProperty(words, fc.integer({ min: 2, max: 20 }), async (said, maxBytes) => {
        const { cache, works } = setUp(maxBytes);
        for (const [text, samples] of said) {
          if (cache.ready(request(text)) !== undefined) continue;
          await say(cache, works, text, ...Array.from({ length: samples }, () => 1));
          expect(cache.bytes).toBeLessThanOrEqual(maxBytes);
        }
        const kept = ['а', 'б', 'в', 'г', 'д'].flatMap((text) => cache.ready(request(text)) ?? []);
        expect(cache.bytes).toBe(kept.reduce((sum, { samples }) => sum + samples.byteLength, 0));
      }),
      { numRuns: 40 },
    );
  });
});

describe('Phrases prepared beforehand', () => {
  it('are made two at a time, in their order, and cost nothing the second time', async () => {
    const { cache, works } = setUp();
    const phrases = ['раз', 'два', 'три'].map(request);
    cache.warm(phrases);
    await settle();
    expect(works.map(({ text }) => text)).toEqual(['раз', 'два']);
    for (const at of [0, 1, 2]) {
      await works[at]!.give(at);
      await works[at]!.end();
    }
    expect(phrases.every((phrase) => cache.ready(phrase) !== undefined)).toBe(true);
    cache.warm(phrases);
    await settle();
    expect(works).toHaveLength(3);
  });

  it('are tried again at the next use when they fail or hang, and break nothing', async () => {
    const { cache, works, clock } = setUp();
    cache.warm(['раз', 'два'].map(request));
    await settle();
    await works[0]!.end(new ProviderError('TTS_FAILED', 'no', { retryable: false }));
    await clock.run(10_000);
    expect(works[1]!.signal.aborted).toBe(true);
    expect(clock.nextDueMs()).toBeUndefined();
    cache.warm(['раз', 'два'].map(request));
    await settle();
    expect(works.map(({ text }) => text)).toEqual(['раз', 'два', 'раз', 'два']);
    for (const work of works.slice(2)) {
      await work.give(1);
      await work.end();
    }
    expect(cache.ready(request('два'))).toBeDefined();
  });

  it('share the synthesis with a caller who needs one just now, and do not stop with him', async () => {
    const { cache, works } = setUp();
    cache.warm([request('раз')]);
    await settle();
    const abort = new AbortController();
    const { over, heard } = listen(cache, 'раз', abort.signal);
    await settle();
    await works[0]!.give(5);
    expect(heard).toEqual([5]);
    abort.abort();
    await over.catch(() => undefined);
    await works[0]!.end();
    expect(cache.ready(request('раз'))).toBeDefined();
    expect(works).toHaveLength(1);
  });

  it('stop when the speech closes', async () => {
    const { cache, works, clock } = setUp();
    cache.warm(['раз', 'два', 'три'].map(request));
    await settle();
    cache.close();
    await settle();
    expect(works.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(clock.nextDueMs()).toBeUndefined();
  });
});

async function collect(cache: SpeechCache, text: string): Promise<number[]> {
  const all: number[] = [];
  for await (const { samples } of cache.speak(request(text), live())) all.push(...samples);
  return all;
}

ttsContract('cached', () => {
  let working = 0;
  const hum: TextToSpeech = {
    name: 'hum',
    async *speak({ text }, signal) {
      if (!/\p{L}/u.test(text)) throw new ProviderError('TTS_EMPTY', 'nothing to say', { retryable: false });
      working += 1;
      try {
        for (let i = 0; i < text.length; i++) {
          signal.throwIfAborted();
          yield {
            samples: Int16Array.from({ length: 400 }, (_, at) => 6000 * Math.cos(at / 6)),
            rateHz: 8000,
          };
          await settle();
        }
      } finally {
        working -= 1;
      }
    },
  };
  const tts = new SpeechCache(hum, new VirtualClock());
  return {
    tts,
    language: 'en',
    sentence: 'Hello, my name is Anna. Is it convenient for you to talk now?',
    working: () => working,
  };
});
