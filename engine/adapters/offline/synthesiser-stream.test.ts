import { describe, expect, it } from 'vitest';
import { ChunkQueue, Gate } from './synthesiser-stream.ts';

const LIMITS = { firstChunkMs: 10_000, totalMs: 10_000, engine: 'test' };
const never = new AbortController().signal;

describe('ChunkQueue', () => {
  it('gives out what came before a failure, then the failure', async () => {
    const queue = new ChunkQueue<number>();
    queue.push(1);
    queue.push(2);
    queue.fail(new Error('broke'));
    queue.push(3);
    const got: number[] = [];
    let stops = 0;
    const loop = async (): Promise<void> => {
      for await (const chunk of queue.drain(never, LIMITS, () => (stops += 1))) got.push(chunk);
    };
    await expect(loop()).rejects.toThrow('broke');
    expect(got).toEqual([1, 2]);
    expect(stops).toBe(1);
  });

  it('stops the work on abort even while nobody pulls', async () => {
    const queue = new ChunkQueue<number>();
    const controller = new AbortController();
    let stops = 0;
    const chunks = queue.drain(controller.signal, LIMITS, () => (stops += 1));
    queue.push(1);
    queue.push(2);
    expect(await chunks.next()).toEqual({ value: 1, done: false });
    controller.abort('hung up');
    expect(stops).toBe(1);
    await expect(chunks.next()).rejects.toBe('hung up');
    expect(stops).toBe(1);
  });

  it('times out without a first chunk, and a producer that never ends', async () => {
    const silent = new ChunkQueue<number>().drain(never, { ...LIMITS, firstChunkMs: 5 }, () => {});
    await expect(silent.next()).rejects.toMatchObject({ code: 'TTS_TIMEOUT' });
    const endless = new ChunkQueue<number>();
    endless.push(1);
    const chunks = endless.drain(never, { ...LIMITS, totalMs: 5 }, () => {});
    await chunks.next();
    await expect(chunks.next()).rejects.toMatchObject({ code: 'TTS_TIMEOUT' });
  });
});

describe('Gate', () => {
  it('lets the next in when one leaves, and forgets who gave up', async () => {
    const gate = new Gate(1);
    const leave = await gate.enter(never);
    const controller = new AbortController();
    const givesUp = gate.enter(controller.signal);
    const waits = gate.enter(never);
    controller.abort('tired');
    await expect(givesUp).rejects.toBe('tired');
    leave();
    leave();
    const leaveSecond = await waits;
    let entered = false;
    const third = gate.enter(never).then((leaveThird) => {
      entered = true;
      leaveThird();
    });
    await Promise.resolve();
    expect(entered).toBe(false);
    leaveSecond();
    await third;
    expect(entered).toBe(true);
  });
});
