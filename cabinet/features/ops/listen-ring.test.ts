import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListenedFrame } from '../../../engine/contract/listening.ts';
import { ListenRing } from './listen-ring.ts';

const BLOCK = 128;

/** A frame whose samples tell which they are. */
function frame(nth: number): ListenedFrame {
  const samples = Int16Array.from({ length: 320 }, (_, n) => {
    const one = (nth * 160 + Math.floor(n / 2)) % 30_000;
    return n % 2 === 0 ? one + 1 : -one - 1;
  });
  return { nth, samples };
}
const frames = (from: number, count: number): ListenedFrame[] =>
  Array.from({ length: count }, (_, n) => frame(from + n));

/** What sounds in so many blocks, as 16 bits: left, right. */
function pull(ring: ListenRing, blocks: number): [number[], number[]] {
  const heard: [number[], number[]] = [[], []];
  for (let n = 0; n < blocks; n += 1) {
    const [left, right] = [new Float32Array(BLOCK).fill(9), new Float32Array(BLOCK).fill(9)];
    ring.pull(left, right);
    for (const [at, side] of [left, right].entries())
      heard[at]!.push(...Array.from(side, (one) => Math.round(one * 32_768) + 0));
  }
  return heard;
}
const sounding = (side: readonly number[]): number[] => side.filter((one) => one !== 0);
const samplesOf = (some: readonly ListenedFrame[], side: 0 | 1): number[] =>
  some.flatMap(({ samples }) => [...samples].filter((_, n) => n % 2 === side));

describe('ListenRing', () => {
  it('waits for its cushion, and plays each side on its own', () => {
    const ring = new ListenRing();
    ring.push(frames(7, 11));
    expect(sounding(pull(ring, 1)[0])).toEqual([]);
    expect(ring.heard).toMatchObject({ first: undefined, frames: 0, missed: 0, underruns: 0 });
    ring.push([frame(18)]);
    const [left, right] = pull(ring, 2);
    expect(left).toEqual(samplesOf(frames(7, 12), 0).slice(0, 256));
    expect(right).toEqual(samplesOf(frames(7, 12), 1).slice(0, 256));
    expect(ring.heard).toEqual({
      ...{ first: 7, last: 8, frames: 2, missed: 0, underruns: 0 },
      position: 7 * 160 + 256,
    });
  });

  it('loses and repeats nothing, however unevenly the frames come; where they run out there is silence', () => {
    const comings = fc.array(
      fc.record({ come: fc.integer({ min: 0, max: 40 }), blocks: fc.integer({ min: 0, max: 40 }) }),
      {
        maxLength: 40,
      },
    );
    fc.assert(
      fc.property(comings, (steps) => {
        const ring = new ListenRing();
        const heard: [number[], number[]] = [[], []];
        let come = 0;
        let played = 0;
        for (const { come: count, blocks } of steps) {
          // Within what the ring keeps.
          if ((come - played) / 160 + count < 140) {
            ring.push(frames(come / 160, count));
            come += count * 160;
          }
          for (const [at, side] of pull(ring, blocks).entries()) heard[at]!.push(...sounding(side));
          played = heard[0].length;
        }
        ring.end();
        for (const [at, side] of pull(ring, 200).entries()) heard[at]!.push(...sounding(side));
        const all = frames(0, come / 160);
        expect(heard).toEqual([samplesOf(all, 0), samplesOf(all, 1)]);
        expect(ring.done).toBe(true);
        expect(ring.heard).toMatchObject({ frames: all.length, missed: 0, position: come });
      }),
      { numRuns: 100 },
    );
  });

  it('counts what did not come, and what came twice only once', () => {
    const ring = new ListenRing();
    ring.push([...frames(0, 10), ...frames(13, 4), ...frames(15, 5)]);
    ring.end();
    const [left] = pull(ring, 40);
    expect(sounding(left)).toEqual(samplesOf([...frames(0, 10), ...frames(13, 7)], 0));
    expect(ring.heard).toMatchObject({ first: 0, last: 19, frames: 17, missed: 3, underruns: 0 });
  });

  it('counts how often the sound ran out, and begins again with its cushion', () => {
    const ring = new ListenRing();
    ring.push(frames(0, 12));
    pull(ring, 20);
    ring.push(frames(12, 5));
    expect(sounding(pull(ring, 1)[0])).toEqual([]);
    ring.push(frames(17, 7));
    pull(ring, 20);
    expect(ring.heard).toMatchObject({ frames: 24, missed: 0, underruns: 2 });
  });

  it('goes on from now when it is more than three seconds behind, and tells what it skipped', () => {
    const ring = new ListenRing();
    ring.push(frames(0, 150));
    pull(ring, 1);
    ring.push(frames(150, 1));
    expect(ring.heard.missed).toBe(0);
    ring.push(frames(151, 10));
    pull(ring, 2);
    expect(ring.heard).toMatchObject({ first: 0, last: 140, frames: 3, missed: 138 });
  });
});
