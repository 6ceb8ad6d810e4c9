import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newBytes, newSamples } from './slab.ts';

it('hands out zeros of the right length that nobody else has, whatever is asked for in which order', () => {
  const order = fc.record({ bytes: fc.boolean(), count: fc.integer({ min: 0, max: 5_000 }) });
  fc.assert(
    fc.property(fc.array(order, { minLength: 1, maxLength: 60 }), (orders) => {
      const arrays = orders.map(({ bytes, count }) => (bytes ? newBytes(count) : newSamples(count)));
      arrays.forEach((array, i) => {
        expect(array).toHaveLength(orders[i]!.count);
        expect(array.every((value) => value === 0)).toBe(true);
        array.fill(i + 1);
      });
      arrays.forEach((array, i) => expect(array.every((value) => value === i + 1)).toBe(true));
    }),
  );
});
