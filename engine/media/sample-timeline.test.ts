import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleTimeline } from './sample-timeline.ts';

const segments = fc.array(
  fc.record({
    start: fc.integer({ min: 0, max: 300 }),
    length: fc.integer({ min: 0, max: 60 }),
    silence: fc.boolean(),
  }),
  { maxLength: 20 },
);

describe('SampleTimeline', () => {
  it('reads like an array in which nothing is overwritten by what starts later', () => {
    fc.assert(
      fc.property(
        segments,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        (given, from, forget) => {
          const timeline = new SampleTimeline(100);
          const model = new Map<number, number>();
          given.forEach(({ start, length, silence }, i) => {
            if (silence) timeline.insertSilence(start, start + length);
            else timeline.insertVoice(start, new Int16Array(length).fill(i + 1));
          });
          const sorted = given.map((segment, i) => ({ ...segment, value: segment.silence ? 0 : i + 1 }));
          sorted.sort((a, b) => a.start - b.start);
          timeline.discardBefore(forget);
          for (const { start, length, value } of sorted.filter((each) => each.start + each.length > forget)) {
            for (let at = start; at < start + length; at++) if (!model.has(at)) model.set(at, value);
          }
          const out = new Int16Array(80);
          const runs = timeline.read(from, out);
          expect(runs.reduce((at, run) => (expect(run.offset).toBe(at), at + run.length), 0)).toBe(80);
          for (const run of runs) {
            for (let i = run.offset; i < run.offset + run.length; i++) {
              const value = model.get(from + i);
              expect(out[i]).toBe(value ?? 0);
              expect(run.kind).toBe(value === undefined ? 'gap' : value === 0 ? 'silence' : 'voice');
            }
          }
        },
      ),
    );
  });

  it('holds a bounded number of segments', () => {
    const timeline = new SampleTimeline(2);
    expect(timeline.insertVoice(0, new Int16Array(1))).toBe(true);
    expect(timeline.insertVoice(5, new Int16Array(0))).toBe(true);
    expect(timeline.insertSilence(5, 9)).toBe(true);
    expect(timeline.insertVoice(9, new Int16Array(1))).toBe(false);
    timeline.discardBefore(5);
    expect(timeline.insertVoice(9, new Int16Array(1))).toBe(true);
    timeline.clear();
    expect(timeline.isEmpty).toBe(true);
  });
});
