import { expect, it } from 'vitest';
import { Turnstile } from './turnstile.ts';

it('lets so many in at once, the others in their order, whatever becomes of the work', async () => {
  const turnstile = new Turnstile(3);
  const begun: number[] = [];
  let inside = 0;
  let most = 0;
  const work = async (number: number): Promise<number> => {
    begun.push(number);
    most = Math.max(most, (inside += 1));
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
    if (number % 2 === 1) throw new Error('odd');
    return number;
  };
  const numbers = Array.from({ length: 20 }, (_, index) => index);
  for (const round of [1, 2]) {
    const ended = await Promise.allSettled(numbers.map((number) => turnstile.pass(() => work(number))));
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(begun).toHaveLength(20 * round);
  }
  expect(begun).toEqual([...numbers, ...numbers]);
  expect(most).toBe(3);
});
