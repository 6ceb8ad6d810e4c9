import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PERSONAS } from '../../../contract/call-plan.ts';
import { decodeFarEnd, encodeFarEnd } from './far-end-header.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true, noDefaultInfinity: true });

describe('The far-end header', () => {
  it('gives back what was ordered, and may stand bare in a dialplan', () => {
    const order = fc.record(
      {
        persona: fc.constantFrom(...PERSONAS),
        audioFiles: fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 5 }),
        faults: fc.record({ loss: share, duplicates: share, seed: fc.integer() }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom('auto', 'ru', 'en'), order, (language, farEnd) => {
        const value = encodeFarEnd({ language, farEnd });
        expect(value).toMatch(/^[\w-]+$/);
        expect(JSON.stringify(decodeFarEnd(value))).toBe(JSON.stringify({ language, farEnd }));
      }),
    );
  });

  it('may be missing: then the number alone decides', () => {
    expect(decodeFarEnd('')).toEqual({ language: 'ru' });
  });

  it('refuses everything else with a reason, and never breaks', () => {
    const known = encodeFarEnd({ language: 'ru', farEnd: { faults: { loss: 0.5 } } });
    for (const value of [
      '{}',
      'bnVsbA',
      known.slice(0, -8),
      encodeFarEnd({ language: 'ru', farEnd: { faults: { loss: 2 } } }),
    ])
      expect(() => decodeFarEnd(value)).toThrow('X-Halo-Far-End');
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        try {
          expect(decodeFarEnd(value)).toHaveProperty('language');
        } catch (error) {
          expect((error as Error).message).toMatch(/^X-Halo-Far-End/);
        }
      }),
    );
  });
});
