import { expect, it } from 'vitest';
import { QuietWatch } from './quiet-watch.ts';

const toldAt = (watch: QuietWatch, fromMs: number, toMs: number) => {
  const moments: number[] = [];
  for (let ms = fromMs; ms <= toMs; ms += 20) if (watch.at(ms * 8) !== undefined) moments.push(ms);
  return moments;
};

it('tells of a silence that lasts, again each second, and anew after any sound', () => {
  const watch = new QuietWatch();
  watch.callerUntil(1_000 * 8);
  expect(toldAt(watch, 1_000, 5_000)).toEqual([2_320, 3_320, 4_320]);
  watch.assistantUntil(5_020 * 8);
  expect(toldAt(watch, 5_020, 7_000)).toEqual([6_340]);
});

it('counts from where the caller really ended, also when that is noticed later', () => {
  const watch = new QuietWatch();
  watch.callerUntil(2_000 * 8);
  watch.callerUntil(1_900 * 8);
  expect(toldAt(watch, 2_000, 3_300)).toEqual([3_220]);
});
