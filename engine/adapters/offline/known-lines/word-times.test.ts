import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeWords } from './word-times.ts';

describe('word times', () => {
  it('share a phrase by letters', () => {
    const words = timeWords({ text: 'да нет', startMs: 0, endMs: 700 }, () => true);
    expect(words.map(({ text }) => text)).toEqual(['да', 'нет']);
    expect(words[0]!.endMs).toBeLessThan(350);
    expect(words[1]!.endMs).toBe(700);
  });

  it('lay a comma on the pause near it', () => {
    const pause = (ms: number) => ms < 400 || ms >= 600;
    const [first, second] = timeWords({ text: 'Алло, слушаю', startMs: 0, endMs: 1200 }, pause);
    expect(first).toMatchObject({ startMs: 0, endMs: 400 });
    expect(second).toMatchObject({ startMs: 600, endMs: 1200 });
  });

  it('believe no pause that is far from the comma', () => {
    const pause = (ms: number) => ms < 1000 || ms >= 1100;
    const [first] = timeWords({ text: 'Алло, слушаю вас внимательно', startMs: 0, endMs: 1200 }, pause);
    expect(first!.endMs).toBeLessThan(400);
  });

  it('keep every word, in order, inside the phrase, whatever the pauses', () => {
    const word = fc.stringMatching(/^[а-яё]{1,12}[,.]?$/u);
    fc.assert(
      fc.property(
        fc.array(word, { minLength: 1, maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 50, maxLength: 50 }),
        (texts, sound) => {
          const words = timeWords(
            { text: texts.join(' '), startMs: 1000, endMs: 3500 },
            (ms) => sound[((ms - 1000) / 50) | 0] === true,
          );
          expect(words.map(({ text }) => text)).toEqual(texts);
          let at = 1000;
          for (const { startMs, endMs } of words) {
            expect(startMs).toBeGreaterThanOrEqual(at - 1e-6);
            expect(endMs).toBeGreaterThanOrEqual(startMs);
            at = endMs;
          }
          expect(at).toBeLessThanOrEqual(3500 + 1e-6);
        },
      ),
    );
  });
});
