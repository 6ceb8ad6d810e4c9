import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { FRAME_MS } from '../../ports/clock.ts';
import { tickerContract } from '../../testing/media-contracts.ts';
import { SystemFrameTicker } from './frame-ticker.ts';

tickerContract('SystemFrameTicker', () => ({ ticker: new SystemFrameTicker(), wait: (ms) => sleep(ms) }));

/** Keeps the process busy, as a long garbage collection would. */
function stall(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

describe('SystemFrameTicker', () => {
  it('keeps its deadlines: each frame is due 20 ms after the one before, however late that was', async () => {
    const ticker = new SystemFrameTicker();
    const deadlines: number[] = [];
    const stop = ticker.start((frame, lateMs) => {
      deadlines.push(performance.now() - lateMs);
      if (frame === 2) stall(15);
    });
    await sleep(260);
    stop();
    // Two readings of the clock make one deadline and the machine may interrupt between them: look at the middle half.
    const residues = deadlines.map((dueMs, frame) => dueMs - frame * FRAME_MS).sort((a, b) => a - b);
    const middle = residues.slice(Math.floor(residues.length / 4), Math.ceil((3 * residues.length) / 4));
    expect(residues.length).toBeGreaterThan(4);
    expect(middle.at(-1)! - middle[0]!).toBeLessThan(5);
  });

  it('runs missed frames in order after a stall, and reads the sockets first', async () => {
    const ticker = new SystemFrameTicker();
    const [a, b] = [createSocket('udp4'), createSocket('udp4')];
    b.bind(0, '127.0.0.1');
    await once(b, 'listening');
    const seen: (number | string)[] = [];
    b.on('message', () => seen.push('packet'));
    const stop = ticker.start((frame, lateMs) => seen.push(lateMs > FRAME_MS ? `late ${frame}` : frame));
    await sleep(50);
    await new Promise<void>((resolve) => a.send('x', b.address().port, '127.0.0.1', () => resolve()));
    // On a busy machine a frame may have been late before.
    const before = seen.length;
    stall(130);
    await vi.waitFor(() =>
      expect(seen.slice(before).filter((each) => String(each).startsWith('late')).length).toBeGreaterThan(3),
    );
    stop();
    a.close();
    b.close();
    const firstLate = seen.findIndex((each, i) => i >= before && String(each).startsWith('late'));
    expect(seen.indexOf('packet')).toBeLessThan(firstLate);
    const frames = seen
      .filter((each) => each !== 'packet')
      .map((each) => Number(String(each).replace('late ', '')));
    expect(frames).toEqual(frames.map((_, i) => i));
  });

  it('runs every frame that is due before what comes afterwards, of any subscriber', async () => {
    const ticker = new SystemFrameTicker();
    const seen: string[] = [];
    const stops = Array.from({ length: 10 }, () =>
      ticker.start(
        () => seen.push('frame'),
        () => seen.push('afterwards'),
      ),
    );
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(20), { timeout: 4000 });
    stall(45);
    const before = seen.length;
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(before + 40), { timeout: 4000 });
    for (const stop of stops) stop();
    expect(seen.slice(before, before + 11)).toEqual([...Array<string>(10).fill('frame'), 'afterwards']);
  });

  it('runs a frame that falls due between what comes afterwards of two others', async () => {
    const ticker = new SystemFrameTicker();
    const lateMs: number[] = [];
    // Every fifth is in the first of five phases: 15 ms of work behind its frames, and the next phase is 4 ms later.
    const stops = Array.from({ length: 15 }, (_, i) =>
      ticker.start(
        (_frame, late) => {
          if (i === 1) lateMs.push(late);
        },
        () => {
          if (i % 5 === 0) stall(5);
        },
      ),
    );
    await vi.waitFor(() => expect(lateMs.length).toBeGreaterThanOrEqual(21), { timeout: 4000 });
    for (const stop of stops) stop();
    const median = lateMs.sort((a, b) => a - b)[Math.floor(lateMs.length / 2)];
    expect(median).toBeLessThan(6);
  });

  it('reads sockets while what comes afterwards takes more time than there is', async () => {
    const ticker = new SystemFrameTicker();
    let turns = 0;
    let frames = 0;
    const counted = setInterval(() => (turns += 1), 0);
    const stops = Array.from({ length: 10 }, () =>
      ticker.start(
        () => (frames += 1),
        () => stall(4),
      ),
    );
    await vi.waitFor(() => expect(frames).toBeGreaterThanOrEqual(100), { timeout: 8000 });
    for (const stop of stops) stop();
    clearInterval(counted);
    expect(turns).toBeGreaterThan(5);
  });

  it('spreads 40 subscribers evenly over five phases, 4 ms apart', async () => {
    const ticker = new SystemFrameTicker();
    const deadlines: number[] = [];
    const startMs = performance.now();
    const stops = Array.from({ length: 40 }, () =>
      ticker.start((frame, lateMs) => {
        if (frame === 1) deadlines.push(performance.now() - lateMs - startMs);
      }),
    );
    await vi.waitFor(() => expect(deadlines).toHaveLength(40), { timeout: 4000 });
    for (const stop of stops) stop();
    const sizes = [0, 0, 0, 0, 0];
    for (const deadlineMs of deadlines) sizes[Math.round((deadlineMs - deadlines[0]!) / 4 + 100) % 5]! += 1;
    // A reading of the clock may be interrupted and so fall into a neighbour's phase.
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(6);
  });

  it('drops a subscriber that throws, tells of it once, and serves the others', async () => {
    const errors: unknown[] = [];
    const ticker = new SystemFrameTicker({ onError: (error) => errors.push(error) });
    let others = 0;
    const stopBad = ticker.start(() => {
      throw new Error('broken call');
    });
    const stopGood = ticker.start(() => (others += 1));
    await vi.waitFor(() => expect(others).toBeGreaterThanOrEqual(3), { timeout: 4000 });
    stopBad();
    stopGood();
    expect(errors).toEqual([new Error('broken call')]);
  });

  it('lets a subscriber start another from inside its frame', async () => {
    const ticker = new SystemFrameTicker();
    const seen: number[] = [];
    let stopInner = (): void => undefined;
    const stopOuter = ticker.start((frame) => {
      if (frame === 0) stopInner = ticker.start((inner) => seen.push(inner));
    });
    await vi.waitFor(() => expect(seen.length).toBeGreaterThanOrEqual(2), { timeout: 4000 });
    stopOuter();
    stopInner();
    expect(seen).toEqual(seen.map((_, i) => i));
  });
});
