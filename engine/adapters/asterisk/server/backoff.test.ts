import { expect, it } from 'vitest';
import { Backoff } from './backoff.ts';

it('starts again at once what has died once, then waits twice as long each time, up to a minute', () => {
  let now = 0;
  const backoff = new Backoff(() => now);
  const die = () => {
    backoff.started();
    now += 1_000;
    backoff.ended();
  };
  die();
  expect(backoff.waiting()).toBeUndefined();
  const waits: number[] = [];
  for (let time = 0; time < 9; time += 1) {
    die();
    let waited = 0;
    while (backoff.waiting() !== undefined) {
      now += 500;
      waited += 500;
    }
    waits.push(waited);
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

it('forgets the past of one that has lived long', () => {
  let now = 0;
  const backoff = new Backoff(() => now);
  backoff.failed(new Error('нет модуля'));
  expect(backoff.waiting()?.message).toBe('нет модуля; следующая попытка через 1 с');
  now += 60_000;
  backoff.started();
  now += 60_000;
  backoff.ended();
  expect(backoff.waiting()).toBeUndefined();
});
