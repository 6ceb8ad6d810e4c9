import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockContract, tickerContract } from './media-contracts.ts';
import { VirtualClock, virtualTicker } from './virtual-clock.ts';

clockContract('VirtualClock', () => {
  const clock = new VirtualClock();
  return { clock, wait: (ms) => clock.run(ms).then(() => undefined) };
});

tickerContract('virtualTicker', () => {
  const clock = new VirtualClock();
  return { ticker: virtualTicker(clock), wait: (ms) => clock.run(ms).then(() => undefined) };
});

describe('VirtualClock', () => {
  it('runs timers by deadline, then by the order of setting, at exactly their time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (delays) => {
        const clock = new VirtualClock();
        const ran: [number, number][] = [];
        delays.forEach((delay, i) => clock.setTimeout(() => ran.push([clock.now(), i]), delay));
        clock.advance(50);
        const expected = delays.map((delay, i): [number, number] => [delay, i]);
        expect(ran).toEqual(expected.sort(([a, i], [b, k]) => a - b || i - k));
        expect(clock.nextDueMs()).toBeUndefined();
        expect(clock.now()).toBe(50);
      }),
    );
  });

  it('runs what is set while time passes, and one at a time when asked', () => {
    const clock = new VirtualClock(new Date('2026-03-01T10:00:00.000Z'));
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.now());
      if (seen.length < 4) clock.setTimeout(again, 10);
    };
    clock.setTimeout(again, 10);
    clock.advance(25);
    expect(seen).toEqual([10, 20]);
    expect(clock.nextDueMs()).toBe(30);
    expect(clock.runNext()).toBe(true);
    expect(clock.wallTime().toISOString()).toBe('2026-03-01T10:00:00.030Z');
    clock.advance(100);
    expect(seen).toEqual([10, 20, 30, 40]);
    expect(clock.runNext()).toBe(false);
  });

  it('lets promises settle between timers and stops where it is told', async () => {
    const clock = new VirtualClock();
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimeout(resolve, ms));
    let rounds = 0;
    void (async () => {
      for (;;) {
        await sleep(100);
        rounds += 1;
      }
    })();
    expect(await clock.run(10_000, () => rounds === 7)).toBe(true);
    expect(clock.now()).toBe(700);
    expect(await clock.run(50)).toBe(false);
    expect(clock.now()).toBe(750);
  });
});
