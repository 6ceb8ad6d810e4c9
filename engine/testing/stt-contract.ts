import { describe, expect, it } from 'vitest';
import { ProviderError } from '../contract/errors.ts';
import type { Pcm, SpeechToText } from '../ports/speech.ts';

export interface SttUnderTest {
  readonly stt: SpeechToText;
  /** Sound that it must recognise, and words that must be in what it makes of it. */
  readonly speech: Pcm;
  readonly words: RegExp;
  stop(): Promise<void>;
}

const RATE_HZ = 8_000;
const silence = (seconds: number): Pcm => ({
  samples: new Int16Array(Math.round(seconds * RATE_HZ)),
  rateHz: RATE_HZ,
});

/** What every SpeechToText must do. `start` makes one that works; it is stopped after each test. */
export function sttContract(name: string, start: () => Promise<SttUnderTest>): void {
  const using = async (work: (under: SttUnderTest) => Promise<void>) => {
    const under = await start();
    try {
      await work(under);
    } finally {
      await under.stop();
    }
  };
  const live = () => new AbortController().signal;

  describe(`SpeechToText contract: ${name}`, () => {
    it('recognises words', () =>
      using(async ({ stt, speech, words }) => {
        const recognition = await stt.recognise(speech, { language: 'ru' }, live());
        expect(recognition).toMatchObject({
          kind: 'recognised',
          text: expect.stringMatching(words) as string,
        });
      }));

    it.each([0, 0.02, 0.5, 3])('makes no words of %s s of silence', (seconds) =>
      using(async ({ stt }) => {
        expect(await stt.recognise(silence(seconds), { language: 'ru' }, live())).toEqual({
          kind: 'not_recognised',
        });
      }),
    );

    it('leaves the sound as it was', () =>
      using(async ({ stt, speech }) => {
        const before = speech.samples.slice();
        await stt.recognise(speech, { language: 'auto' }, live());
        expect(speech.samples).toEqual(before);
      }));

    it('serves several calls at once', () =>
      using(async ({ stt, speech }) => {
        const work = [1, 2, 3].map(() => stt.recognise(speech, { language: 'ru' }, live()));
        for (const { kind } of await Promise.all(work)) expect(kind).toBe('recognised');
      }));

    it('rejects with the reason of a signal aborted before', () =>
      using(async ({ stt, speech }) => {
        const reason = new Error('the call has ended');
        await expect(stt.recognise(speech, { language: 'ru' }, AbortSignal.abort(reason))).rejects.toBe(
          reason,
        );
      }));

    it('answers or rejects with the reason when aborted in the middle', () =>
      using(async ({ stt, speech }) => {
        const reason = new Error('the call has ended');
        const abort = new AbortController();
        const work = stt.recognise(speech, { language: 'ru' }, abort.signal).catch((error: unknown) => error);
        abort.abort(reason);
        const outcome = await work;
        expect(outcome).not.toBeInstanceOf(ProviderError);
        if (outcome instanceof Error) expect(outcome).toBe(reason);
      }));
  });
}
