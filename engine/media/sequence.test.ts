import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterExtender, SEQUENCE_MODULUS, TIMESTAMP_MODULUS, wrappedDistance } from './sequence.ts';

describe.each([
  ['16-bit sequence numbers', SEQUENCE_MODULUS],
  ['32-bit timestamps', TIMESTAMP_MODULUS],
])('CounterExtender for %s', (_, modulus) => {
  const half = modulus / 2;
  const steps = fc.array(fc.integer({ min: -half / 4, max: half / 4 }), { maxLength: 60 });

  it('follows a counter through any number of wraps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: modulus - 1 }), steps, (first, changes) => {
        const extender = new CounterExtender(modulus);
        expect(extender.extend(first)).toBe(first);
        let truth = first;
        let highest = first;
        for (const change of changes) {
          // Within half the modulus of the highest: what A.1 can tell apart.
          truth = Math.max(truth + change, highest - half + 1);
          const wrapped = ((truth % modulus) + modulus) % modulus;
          expect(extender.peek(wrapped)).toBe(truth);
          expect(extender.extend(wrapped)).toBe(truth);
          highest = Math.max(highest, truth);
          expect(extender.highest).toBe(highest);
        }
      }),
    );
  });

  it('measures distances the short way round', () => {
    expect(wrappedDistance(modulus - 1, 0, modulus)).toBe(1);
    expect(wrappedDistance(0, modulus - 1, modulus)).toBe(-1);
    expect(wrappedDistance(5, 5, modulus)).toBe(0);
    expect(wrappedDistance(0, half, modulus)).toBe(-half);
  });
});
