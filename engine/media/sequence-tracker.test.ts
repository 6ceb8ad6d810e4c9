import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceTracker } from './sequence-tracker.ts';

const kinds = (tracker: SequenceTracker, sequences: readonly number[]): string[] =>
  sequences.map((sequence) => tracker.accept(sequence & 0xffff).kind);

describe('SequenceTracker', () => {
  it('tells next, ahead, reordered and duplicate apart, over the wrap', () => {
    const tracker = new SequenceTracker();
    expect(kinds(tracker, [65_534, 65_535, 65_536, 65_538, 65_537, 65_537, 65_538, 65_533])).toEqual([
      'next',
      'next',
      'next',
      'ahead',
      'reordered',
      'duplicate',
      'duplicate',
      'reordered',
    ]);
    expect(tracker.lost).toBe(0);
  });

  it('counts exactly what never came, whatever the order and the repetitions (RFC 3550 A.3)', () => {
    const packet = fc.record({
      dropped: fc.boolean(),
      twice: fc.boolean(),
      delay: fc.integer({ min: 0, max: 20 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 65_535 }),
        fc.array(packet, { minLength: 3, maxLength: 200 }),
        (first, line) => {
          const sent = line.map((each, i) => ({ ...each, number: first + i, at: i + each.delay }));
          const arriving = sent.filter((each, i) => !each.dropped || i === 0 || i === sent.length - 1);
          const stream = [
            ...arriving,
            ...arriving.filter((each) => each.twice).map((each) => ({ ...each, at: each.at + 3 })),
          ];
          stream.sort((a, b) => a.at - b.at);
          const tracker = new SequenceTracker();
          const verdicts = kinds(
            tracker,
            stream.map((each) => each.number),
          );
          expect(verdicts.filter((kind) => kind === 'duplicate')).toHaveLength(
            stream.length - arriving.length,
          );
          expect(tracker.lost).toBe(sent.length - arriving.length);
        },
      ),
    );
  });

  it('lets no single far number in, and follows two in a row (RFC 3550 A.1)', () => {
    const tracker = new SequenceTracker();
    expect(kinds(tracker, [100, 40_000, 101, 102, 50_000, 50_001, 50_002])).toEqual([
      'next',
      'jumped',
      'next',
      'next',
      'jumped',
      'restarted',
      'next',
    ]);
    expect(tracker.lost).toBe(0);
  });
});
