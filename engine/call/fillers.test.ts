import { describe, expect, it } from 'vitest';
import { PHRASE_BOOKS } from '../dialogue/phrase-books.ts';
import type { SpeechRequest, TextToSpeech } from '../ports/speech.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Fillers } from './fillers.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const PCM = { rateHz: 8000, samples: new Int16Array(160) };

function voice() {
  const asked: SpeechRequest[] = [];
  let broken = false;
  const tts: TextToSpeech = {
    name: 'voice',
    async *speak(request) {
      asked.push(request);
      if (broken) throw new Error('no voice');
      yield PCM;
    },
  };
  return { tts, asked, breaks: (how: boolean) => (broken = how) };
}

describe('Fillers', () => {
  it('are made once for a language and a voice, and are then at hand', async () => {
    const { tts, asked } = voice();
    const fillers = new Fillers(tts, new VirtualClock());
    expect(fillers.get('ru', 'female', 0)).toBeUndefined();
    fillers.prepare('ru', 'female');
    fillers.prepare('ru', 'female');
    await settle();
    fillers.prepare('ru', 'female');
    await settle();
    expect(asked.map(({ text }) => text)).toEqual(PHRASE_BOOKS.ru.filler);
    expect(fillers.get('ru', 'female', 4)).toEqual({ text: PHRASE_BOOKS.ru.filler[1], sound: [PCM] });
    expect(fillers.get('ru', 'male', 0)).toBeUndefined();
  });

  it('are tried again by the next call when they could not be made', async () => {
    const { tts, breaks } = voice();
    const fillers = new Fillers(tts, new VirtualClock());
    breaks(true);
    fillers.prepare('en', 'male');
    await settle();
    expect(fillers.get('en', 'male', 0)).toBeUndefined();
    breaks(false);
    fillers.prepare('en', 'male');
    await settle();
    expect(fillers.get('en', 'male', 0)).toBeDefined();
  });
});
