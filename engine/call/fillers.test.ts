import { describe, expect, it } from 'vitest';
import { PHRASE_BOOKS } from '../dialogue/phrase-books.ts';
import type { TextToSpeech } from '../ports/speech.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { prepareFillers, readyFiller } from './fillers.ts';
import { SpeechCache } from './speech-cache.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const TEXTS = PHRASE_BOOKS.ru.filler;

function cacheOf(broken: ReadonlySet<string> = new Set()): SpeechCache {
  const tts: TextToSpeech = {
    name: 'voice',
    async *speak({ text }) {
      if (broken.has(text)) throw new Error('no voice');
      yield { rateHz: 8000, samples: new Int16Array(160).fill(text.length) };
    },
  };
  return new SpeechCache(tts, new VirtualClock());
}

describe('Fillers', () => {
  it('are at hand when they were prepared, one after the other, in their language and voice', async () => {
    const cache = cacheOf();
    expect(readyFiller(cache, 'ru', 'female', 0)).toBeUndefined();
    prepareFillers(cache, 'ru', 'female');
    await settle();
    const said = TEXTS.map((_, nth) => readyFiller(cache, 'ru', 'female', nth)?.text);
    expect(said).toEqual(TEXTS);
    expect(readyFiller(cache, 'ru', 'female', TEXTS.length)?.text).toBe(TEXTS[0]);
    expect(readyFiller(cache, 'ru', 'male', 0)).toBeUndefined();
    expect(readyFiller(cache, 'en', 'female', 0)).toBeUndefined();
  });

  it('give way to the next one where one could not be made', async () => {
    const cache = cacheOf(new Set([TEXTS[0]!]));
    prepareFillers(cache, 'ru', 'female');
    await settle();
    expect(readyFiller(cache, 'ru', 'female', 0)?.text).toBe(TEXTS[1]);
  });
});
