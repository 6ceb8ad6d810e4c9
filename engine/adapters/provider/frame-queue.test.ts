import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_BYTES, FrameQueue } from './frame-queue.ts';

const frames = (count: number, byte: number) => new Uint8Array(count * FRAME_BYTES).fill(byte);
const LOUD = 0x00;
const QUIET = 0xff;

function pullAll(queue: FrameQueue): Uint8Array[] {
  const pulled: Uint8Array[] = [];
  for (let frame = queue.pull(); frame !== undefined; frame = queue.pull()) pulled.push(frame);
  return pulled;
}

describe('the queue of the caller’s frames', () => {
  it('gives the same sound however it was cut', () => {
    fc.assert(
      // Loud codes only: nothing of them may be left out.
      fc.property(fc.array(fc.uint8Array({ max: 0x40, maxLength: 700 }), { maxLength: 20 }), (pieces) => {
        const queue = new FrameQueue();
        for (const piece of pieces) queue.push(piece);
        const all = Buffer.concat(pieces);
        const whole = Math.floor(all.length / FRAME_BYTES);
        const pulled = pullAll(queue);
        const given = whole < 2 ? 0 : whole * FRAME_BYTES;
        expect(Buffer.concat(pulled)).toEqual(all.subarray(0, given));
      }),
    );
  });

  it('starts with two frames in hand, and again after it ran dry', () => {
    const queue = new FrameQueue();
    queue.push(frames(1, LOUD));
    expect(queue.pull()).toBeUndefined();
    queue.push(frames(1, LOUD));
    expect(pullAll(queue)).toHaveLength(2);
    queue.push(frames(1, LOUD));
    expect(queue.pull()).toBeUndefined();
  });

  it('shortens pauses, not words, to catch up after a stall', () => {
    const queue = new FrameQueue();
    for (let n = 0; n < 30; n++) queue.push(frames(1, LOUD));
    for (let n = 0; n < 40; n++) queue.push(frames(1, QUIET));
    for (let n = 0; n < 20; n++) queue.push(frames(1, LOUD));
    const pulled = pullAll(queue);
    expect(pulled.filter(([first]) => first === LOUD)).toHaveLength(50);
    expect(pulled.filter(([first]) => first === QUIET)).toHaveLength(0);
    expect(queue.dropped).toBe(40);
  });

  it('leaves the pauses of whoever sends long messages alone', () => {
    const queue = new FrameQueue();
    queue.push(Buffer.concat([frames(20, LOUD), frames(30, QUIET)]));
    expect(pullAll(queue)).toHaveLength(50);
  });

  it('never holds more than the longest message and two seconds', () => {
    const queue = new FrameQueue();
    for (let n = 0; n < 5_000; n++) queue.push(frames(4, n % 200));
    expect(queue.queuedFrames).toBe(104);
    // What is kept is the newest.
    expect(pullAll(queue).at(-1)?.[0]).toBe(4_999 % 200);
  });
});
