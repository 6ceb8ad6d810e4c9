import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProviderError } from '../contract/errors.ts';
import type { SpokenLanguage } from '../contract/languages.ts';
import type { Pcm, SpeechRequest, TextToSpeech } from '../ports/speech.ts';

/** A synthesiser under test, and what the suite must know of it. */
export interface TtsUnderTest {
  readonly tts: TextToSpeech;
  /** One that it speaks. */
  readonly language: SpokenLanguage;
  /** About ten words of that language that give more than one chunk. */
  readonly sentence: string;
  /** One that it does not speak; left out where there is none. */
  readonly unsupported?: SpokenLanguage;
  /** How many requests are in work behind it; left out where that cannot be seen. */
  readonly working?: () => number;
  readonly close?: () => Promise<void>;
}

const RATES_HZ = [8000, 16_000, 22_050, 24_000, 48_000];

/** What every TextToSpeech keeps. `make` is called once; pass a `skip` of true where the real thing is not there. */
export function ttsContract(
  name: string,
  make: () => TtsUnderTest | Promise<TtsUnderTest>,
  skip = false,
): void {
  describe.skipIf(skip)(`text to speech: ${name}`, () => {
    let subject: TtsUnderTest;
    beforeAll(async () => {
      subject = await make();
    });
    afterAll(async () => {
      await subject.close?.();
    });

    const request = (text: string): SpeechRequest => ({ text, language: subject.language, voice: 'female' });
    const speak = (text: string, signal = new AbortController().signal): AsyncIterable<Pcm> =>
      subject.tts.speak(request(text), signal);
    const idle = async (): Promise<void> => {
      if (subject.working !== undefined) await expect.poll(subject.working, { timeout: 5000 }).toBe(0);
    };

    it('yields non-empty chunks of one known rate', async () => {
      const chunks = await collect(speak(subject.sentence));
      expect(chunks.length).toBeGreaterThan(0);
      expect(chunks.every((chunk) => chunk.samples.length > 0)).toBe(true);
      expect(new Set(chunks.map((chunk) => chunk.rateHz)).size).toBe(1);
      expect(RATES_HZ).toContain(chunks[0]?.rateHz);
      expect(seconds(chunks)).toBeGreaterThan(1);
      expect(seconds(chunks)).toBeLessThan(20);
    });

    it('begins with sound and does not clip', async () => {
      const chunks = await collect(speak(subject.sentence));
      const rateHz = chunks[0]?.rateHz ?? NaN;
      const all = chunks.flatMap((chunk) => [...chunk.samples]);
      const firstSound = all.findIndex((sample) => Math.abs(sample) > 100);
      expect(firstSound).toBeGreaterThanOrEqual(0);
      expect((firstSound / rateHz) * 1000).toBeLessThan(100);
      expect(all.filter((sample) => Math.abs(sample) >= 32_767).length).toBeLessThan(3);
    });

    it('rejects with the reason of a signal that was aborted before', async () => {
      const reason = new Error('the caller hung up');
      await expect(collect(speak(subject.sentence, AbortSignal.abort(reason)))).rejects.toBe(reason);
      await idle();
    });

    it('stops when the signal aborts in the middle', async () => {
      const controller = new AbortController();
      const reason = new Error('barge-in');
      const chunks: Pcm[] = [];
      const heard = (async () => {
        for await (const chunk of speak(`${subject.sentence} ${subject.sentence}`, controller.signal)) {
          chunks.push(chunk);
          controller.abort(reason);
        }
      })();
      await expect(heard).rejects.toBe(reason);
      expect(chunks).toHaveLength(1);
      await idle();
    });

    it('stops when the loop is left', async () => {
      for await (const chunk of speak(`${subject.sentence} ${subject.sentence}`)) {
        expect(chunk.samples.length).toBeGreaterThan(0);
        break;
      }
      await idle();
      expect(seconds(await collect(speak(subject.sentence)))).toBeGreaterThan(1);
    });

    it('keeps requests at once apart', async () => {
      const short = subject.sentence.split(/\s+/).slice(0, 2).join(' ');
      const texts = [subject.sentence, short, subject.sentence, short];
      const alone = [await collect(speak(subject.sentence)), await collect(speak(short))].map(seconds);
      const together = (await Promise.all(texts.map((text) => collect(speak(text))))).map(seconds);
      const [long = NaN, brief = NaN] = alone;
      expect(brief).toBeLessThan(long);
      for (const [at, length] of together.entries())
        expect(length).toBeCloseTo(at % 2 === 0 ? long : brief, 1);
    });

    it('says what is wrong with a text that has nothing to say', async () => {
      for (const text of ['', '  \n', '…?!']) await expectFailure(speak(text), 'TTS_EMPTY');
    });

    it('refuses a language it has no voice for', async ({ skip: skipTest }) => {
      const { unsupported } = subject;
      if (unsupported === undefined) return skipTest('it speaks every language');
      const foreign = subject.tts.speak(
        { text: subject.sentence, language: unsupported, voice: 'male' },
        new AbortController().signal,
      );
      await expectFailure(foreign, 'LANGUAGE_UNSUPPORTED');
    });
  });
}

async function collect(speech: AsyncIterable<Pcm>): Promise<Pcm[]> {
  const chunks: Pcm[] = [];
  for await (const chunk of speech) chunks.push(chunk);
  return chunks;
}

function seconds(chunks: readonly Pcm[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.samples.length / chunk.rateHz, 0);
}

async function expectFailure(speech: AsyncIterable<Pcm>, code: string): Promise<void> {
  const error: unknown = await collect(speech).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProviderError);
  expect(error).toMatchObject({ code });
}
