import { describe, expect, it } from 'vitest';
import { PHRASE_BOOKS } from '../dialogue/phrase-books.ts';
import type { SpeechRequest, TextToSpeech } from '../ports/speech.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { bridged, Fillers, type Filler } from './fillers.ts';
import type { SpeechPiece } from './speech.ts';

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

describe('A bridged reply', () => {
  const FILLER: Filler = { text: 'Так.', sound: [PCM] };
  const REPLY: readonly SpeechPiece[] = [
    { type: 'sentence', text: 'Да.' },
    { type: 'sound', pcm: PCM },
    { type: 'said' },
  ];

  function run(afterMs: number, filler: Filler | undefined = FILLER) {
    const clock = new VirtualClock();
    const leaving = new AbortController();
    let left = false;
    async function* reply(): AsyncGenerator<SpeechPiece> {
      try {
        await new Promise<void>((resolve) => clock.setTimeout(resolve, afterMs));
        yield* REPLY;
      } finally {
        left = true;
      }
    }
    const heard: string[] = [];
    const done = (async () => {
      const bridge = { clock, waitMs: 500, filler: () => filler, signal: leaving.signal };
      for await (const piece of bridged(reply(), bridge)) {
        heard.push(piece.type === 'sentence' ? piece.text : piece.type);
      }
    })();
    return { clock, heard, done, leaving, left: () => left };
  }

  it('has no filler when it is in time', async () => {
    const { clock, heard, done } = run(400);
    await clock.run(2_000);
    await done;
    expect(heard).toEqual(['Да.', 'sound', 'said']);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  it('has one when it is late, and goes on with the reply', async () => {
    const { clock, heard, done } = run(1_500);
    await clock.run(600);
    expect(heard).toEqual(['Так.', 'sound', 'said']);
    await clock.run(2_000);
    await done;
    expect(heard).toEqual(['Так.', 'sound', 'said', 'Да.', 'sound', 'said']);
  });

  it('is waited for where there is no filler', async () => {
    const clock = new VirtualClock();
    const heard: string[] = [];
    async function* reply(): AsyncGenerator<SpeechPiece> {
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 900));
      yield { type: 'said' };
    }
    const signal = new AbortController().signal;
    const done = (async () => {
      for await (const { type } of bridged(reply(), { clock, waitMs: 500, filler: () => undefined, signal }))
        heard.push(type);
    })();
    await clock.run(1_000);
    await done;
    expect(heard).toEqual(['said']);
  });

  it('says nothing when nobody listens any more', async () => {
    const { clock, heard, leaving } = run(100_000);
    leaving.abort();
    await settle();
    await clock.run(1_000);
    expect(heard).toEqual([]);
  });
});
