import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LivePulse } from './live-pulse.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('LivePulse', () => {
  it('asks once for all who listen, tells them of a change alone, and stops with the last of them', async () => {
    let word = 'a';
    const mark = vi.fn(async () => word);
    const pulse = new LivePulse(mark);
    await passes(1_000);
    expect(mark).not.toHaveBeenCalled();
    const [one, other] = [vi.fn(), vi.fn()];
    const leaveOne = pulse.listen(one);
    const leaveOther = pulse.listen(other);
    await passes(600);
    expect(mark).toHaveBeenCalledTimes(4);
    word = 'b';
    await passes(150);
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([2, 2]);
    leaveOne();
    leaveOne();
    word = 'c';
    await passes(150);
    expect([one.mock.calls.length, other.mock.calls.length]).toEqual([2, 3]);
    leaveOther();
    await passes(1_000);
    expect(mark).toHaveBeenCalledTimes(6);
    expect(pulse.listeners).toBe(0);
  });

  it('outlives a database that is away, and tells when it is back', async () => {
    const mark = vi.fn(async () => 'a').mockRejectedValueOnce(new Error('away'));
    const pulse = new LivePulse(mark);
    const told = vi.fn();
    const leave = pulse.listen(told);
    await passes(150);
    expect(told).not.toHaveBeenCalled();
    await passes(300);
    expect(told).toHaveBeenCalledTimes(1);
    leave();
  });

  it('never asks twice at a time', async () => {
    let answer: (word: string) => void = () => undefined;
    const mark = vi.fn(() => new Promise<string>((resolve) => (answer = resolve)));
    const pulse = new LivePulse(mark);
    const leave = pulse.listen(() => undefined);
    await passes(5_000);
    expect(mark).toHaveBeenCalledTimes(1);
    answer('a');
    await passes(150);
    expect(mark).toHaveBeenCalledTimes(2);
    leave();
  });
});
