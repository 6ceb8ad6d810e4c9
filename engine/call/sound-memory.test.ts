import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SoundMemory } from './sound-memory.ts';

describe('SoundMemory', () => {
  it('gives back what was pushed, wherever a second ends', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 0, max: 900 }),
        fc.integer({ min: 0, max: 900 }),
        (sizes, from, length) => {
          // 10 Hz: 400 samples are kept, and 1 ms is a hundredth of one.
          const memory = new SoundMemory(10);
          const all: number[] = [];
          for (const size of sizes) {
            const chunk = Int16Array.from({ length: size }, (_, i) => (all.length + i) % 30_000);
            memory.push(chunk);
            all.push(...chunk);
          }
          const cut = memory.cut(from * 100, (from + length) * 100);
          const oldest = Math.max(0, all.length - 400);
          expect([...cut.samples]).toEqual(
            all.slice(Math.max(from, oldest), Math.max(from + length, oldest)),
          );
          expect(cut.rateHz).toBe(10);
        },
      ),
    );
  });
});
