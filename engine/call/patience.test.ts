import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { waitFor, waitForEach } from './patience.ts';

const LATE = new Error('late');

function patience(clock: VirtualClock, signal = new AbortController().signal) {
  return { clock, ms: 1000, signal, late: () => LATE };
}

const settle = async () => {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
};

async function collect(stream: AsyncIterable<number>): Promise<number[]> {
  const all: number[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

describe('waitFor', () => {
  it('gives what comes in time and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    expect(await waitFor(patience(clock), async () => 7)).toBe(7);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  it('does not wait for a provider that hangs and ignores its signal', async () => {
    const clock = new VirtualClock();
    let inner: AbortSignal | undefined;
    const waiting = waitFor(patience(clock), (signal) => {
      inner = signal;
      return new Promise<never>(() => undefined);
    });
    const outcome = expect(waiting).rejects.toBe(LATE);
    clock.advance(1000);
    await outcome;
    expect(inner?.aborted).toBe(true);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  it('ends at once, with the reason, when nobody waits any more', async () => {
    const clock = new VirtualClock();
    const leaving = new AbortController();
    const waiting = waitFor(patience(clock, leaving.signal), () => new Promise<never>(() => undefined));
    const outcome = expect(waiting).rejects.toThrow('gone');
    leaving.abort(new Error('gone'));
    await outcome;
    expect(clock.nextDueMs()).toBeUndefined();
  });
});

describe('waitForEach', () => {
  it('gives every piece, however long the whole takes', async () => {
    const clock = new VirtualClock();
    const pieces = waitForEach(patience(clock), async function* () {
      for (let piece = 0; piece < 5; piece += 1) {
        await new Promise<void>((resolve) => clock.setTimeout(resolve, 900));
        yield piece;
      }
    });
    const all = collect(pieces);
    for (let i = 0; i < 6; i += 1) {
      await settle();
      clock.advance(900);
    }
    expect(await all).toEqual([0, 1, 2, 3, 4]);
    expect(clock.nextDueMs()).toBeUndefined();
  });

  it('gives up on the piece that is late, and stops the work', async () => {
    const clock = new VirtualClock();
    let inner: AbortSignal | undefined;
    const pieces = waitForEach(patience(clock), async function* (signal) {
      inner = signal;
      yield 1;
      await new Promise<never>(() => undefined);
    });
    const outcome = expect(collect(pieces)).rejects.toBe(LATE);
    await settle();
    clock.advance(1000);
    await outcome;
    expect(inner?.aborted).toBe(true);
  });

  it('stops the work when the loop is left', async () => {
    const clock = new VirtualClock();
    let inner: AbortSignal | undefined;
    const pieces = waitForEach(patience(clock), async function* (signal) {
      inner = signal;
      for (let piece = 0; ; piece += 1) yield piece;
    });
    for await (const piece of pieces) if (piece === 2) break;
    expect(inner?.aborted).toBe(true);
    expect(clock.nextDueMs()).toBeUndefined();
  });
});
