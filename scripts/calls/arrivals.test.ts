import { expect, it } from 'vitest';
import { Arrivals } from './arrivals.ts';

const packet = (nth: number) => ({ sequence: nth & 0xffff, timestamp: (0xffff_ff00 + nth * 160) >>> 0 });

it('measures each packet against an even beat laid through the fastest one, over the wrap', () => {
  const arrivals = new Arrivals();
  arrivals.add(packet(0), 1_003, false);
  arrivals.add(packet(1), 1_020, true);
  arrivals.add(packet(2), 1_045, true);
  arrivals.add(packet(3), 1_060, true);
  expect(arrivals.latenessMs()).toEqual([0, 5, 0]);
  expect(arrivals.lost).toBe(0);
});

it('counts what did not come between the first and the last measured packet', () => {
  const arrivals = new Arrivals();
  for (const nth of [0, 1, 2, 5, 6]) arrivals.add(packet(nth), nth * 20, true);
  expect(arrivals.lost).toBe(2);
});

it('counts anew, against the same even beat', () => {
  const arrivals = new Arrivals();
  for (const nth of [0, 1, 3]) arrivals.add(packet(nth), nth * 20, true);
  arrivals.restart();
  arrivals.add(packet(10), 207, true);
  arrivals.add(packet(11), 220, true);
  expect(arrivals.latenessMs()).toEqual([7, 0]);
  expect(arrivals.lost).toBe(0);
});
