import { expect, it } from 'vitest';
import { Seats } from './seats.ts';

it('has so many seats for a key and so many in all, and each is given back once', () => {
  const seats = new Seats({ perKey: 2, inAll: 3 });
  const first = seats.take('a');
  const second = seats.take('a');
  expect(seats.take('a')).toBe('key-full');
  const third = seats.take('b');
  expect(seats.take('c')).toBe('house-full');
  for (const give of [first, first, second, third]) if (typeof give === 'function') give();
  expect(seats.count).toBe(0);
  expect(seats.take('a')).toBeTypeOf('function');
});
