import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Said } from '../ports/operator.ts';
import { boundHistory } from './history.ts';

const talk = (count: number, chars = 20): Said[] =>
  Array.from({ length: count }, (_, i) => ({
    speaker: i % 2 === 0 ? 'assistant' : 'user',
    text: `${i} `.padEnd(chars, 'x'),
  }));

describe('boundHistory', () => {
  it('leaves a short conversation as it is', () => {
    expect(boundHistory(talk(9))).toEqual(talk(9));
    expect(boundHistory([])).toEqual([]);
  });

  it('keeps the greeting and the newest turns of a long one', () => {
    const bounded = boundHistory(talk(41), { maxTurns: 6, maxChars: 10_000 });
    expect(bounded.map((turn) => turn.text.trim().split(' ')[0])).toEqual([
      '0',
      '36',
      '37',
      '38',
      '39',
      '40',
    ]);
  });

  it('drops turns without words', () => {
    expect(boundHistory([...talk(2), { speaker: 'assistant', text: ' ' }, ...talk(1)])).toHaveLength(3);
  });

  it('cuts a newest turn that alone is too long, and keeps it', () => {
    const bounded = boundHistory([...talk(2), { speaker: 'user', text: 'я'.repeat(9_000) }], {
      maxTurns: 6,
      maxChars: 100,
    });
    expect(bounded).toEqual([{ speaker: 'user', text: 'я'.repeat(100) }]);
  });

  it('never exceeds its bounds and never loses the newest turn', () => {
    const said = fc.record({
      speaker: fc.constantFrom<Said['speaker']>('user', 'assistant'),
      text: fc.string(),
    });
    fc.assert(
      fc.property(
        fc.array(said),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 5, max: 60 }),
        (all, n, chars) => {
          const bounded = boundHistory(all, { maxTurns: n, maxChars: chars });
          expect(bounded.length).toBeLessThanOrEqual(Math.max(n, 2));
          expect(bounded.reduce((sum, turn) => sum + turn.text.length, 0)).toBeLessThanOrEqual(chars);
          const newest = all.filter((turn) => turn.text.trim() !== '').at(-1);
          expect(bounded.at(-1)?.text).toBe(newest?.text.slice(0, chars));
        },
      ),
    );
  });
});
