import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlayoutQueue } from './playout-queue.ts';

const ramp = (from: number, count: number): Int16Array =>
  Int16Array.from({ length: count }, (_, i) => from + i);

describe('PlayoutQueue', () => {
  it('gives samples back in order and zeros when dry', () => {
    const queue = new PlayoutQueue<string>();
    expect(queue.pull(160)).toEqual({ samples: new Int16Array(160), marks: [], voiced: false });
    queue.pushSamples(ramp(1, 200));
    expect(queue.queuedMs).toBe(25);
    expect(queue.pull(160)).toMatchObject({ samples: ramp(1, 160), voiced: true });
    const last = queue.pull(160);
    expect([...last.samples.subarray(0, 41)]).toEqual([...ramp(161, 40), 0]);
    expect(last.voiced).toBe(true);
    expect(queue.queuedMs).toBe(0);
  });

  it('reports a mark with the sample it stands before, and a last one when the queue runs dry', () => {
    const queue = new PlayoutQueue<string>();
    queue.pushMark('start');
    queue.pushSamples(ramp(1, 160));
    queue.pushMark('middle');
    queue.pushSamples(ramp(1, 160));
    queue.pushMark('end');
    expect(queue.pull(160).marks).toEqual([{ mark: 'start', offset: 0 }]);
    expect(queue.pull(160).marks).toEqual([
      { mark: 'middle', offset: 0 },
      { mark: 'end', offset: 160 },
    ]);
    queue.pushMark('alone');
    expect(queue.pull(160)).toMatchObject({ marks: [{ mark: 'alone', offset: 0 }], voiced: false });
  });

  it('flushes everything, or fades 5 ms out without a step', () => {
    const queue = new PlayoutQueue<string>();
    queue.pushSamples(new Int16Array(1000).fill(10_000));
    queue.pushMark('never');
    queue.pull(160);
    expect(queue.flush({ fadeMs: 5 })).toEqual({ droppedSamples: 800, marks: ['never'] });
    const { samples, voiced, marks } = queue.pull(160);
    expect(voiced).toBe(true);
    expect(marks).toEqual([]);
    for (let i = 1; i < 160; i++) expect(samples[i - 1]! - samples[i]!).toBeLessThanOrEqual(260);
    expect([...samples.subarray(39)]).toEqual(Array(121).fill(0));
    queue.pushSamples(ramp(0, 30));
    expect(queue.flush()).toEqual({ droppedSamples: 30, marks: [] });
    expect(queue.queuedMs).toBe(0);
  });

  it('keeps every sample and every mark in its place, however it is cut', () => {
    type Step = { push: number } | { mark: number } | { pull: number };
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.record({ push: fc.integer({ min: 0, max: 400 }) }),
      fc.record({ mark: fc.nat() }),
      fc.record({ pull: fc.integer({ min: 1, max: 200 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = new PlayoutQueue<number>();
        const expectedMarks: { mark: number; at: number }[] = [];
        const heard: number[] = [];
        const heardMarks: { mark: number; at: number }[] = [];
        let pushed = 0;
        const pull = (count: number): void => {
          const available = Math.min(count, pushed - heard.length);
          const { samples, marks, voiced } = queue.pull(count);
          heardMarks.push(...marks.map(({ mark, offset }) => ({ mark, at: heard.length + offset })));
          heard.push(...samples.subarray(0, available));
          expect(voiced).toBe(available > 0);
          expect(samples.subarray(available).every((sample) => sample === 0)).toBe(true);
        };
        for (const each of steps) {
          if ('push' in each) {
            queue.pushSamples(Int16Array.from({ length: each.push }, (_, i) => ((pushed + i) % 30_000) + 1));
            pushed += each.push;
          } else if ('mark' in each) {
            queue.pushMark(each.mark);
            expectedMarks.push({ mark: each.mark, at: pushed });
          } else pull(each.pull);
          expect(queue.queuedMs).toBe((pushed - heard.length) / 8);
        }
        pull(pushed - heard.length + 1);
        expect(heard).toEqual(Array.from({ length: pushed }, (_, i) => (i % 30_000) + 1));
        expect(heardMarks).toEqual(expectedMarks);
      }),
    );
  });

  it('fades out what would come next, and keeps it', () => {
    const queue = new PlayoutQueue<string>();
    queue.pushSamples(new Int16Array(20).fill(1000));
    queue.pushSamples(new Int16Array(200).fill(1000));
    queue.pull(10);
    const faded = queue.fadeOut(160);
    expect(faded[0]).toBeGreaterThan(900);
    expect(faded[20]).toBeLessThan(600);
    expect(faded.subarray(39).every((sample) => sample === 0)).toBe(true);
    expect(queue.pull(160).samples).toEqual(new Int16Array(160).fill(1000));
  });
});
