import { describe, expect, it } from 'vitest';
import { Poller, type PollTimers, type PollVerdict } from './poller.ts';

/** Timers that go off when the test says so. */
class ManualTimers implements PollTimers {
  readonly delays: number[] = [];
  #due: (() => void) | undefined;

  set(callback: () => void, delayMs: number): unknown {
    this.delays.push(delayMs);
    this.#due = callback;
    return callback;
  }

  clear(handle: unknown): void {
    if (this.#due === handle) this.#due = undefined;
  }

  get armed(): boolean {
    return this.#due !== undefined;
  }

  /** Lets the wait be over and the answer arrive. */
  async fire(): Promise<void> {
    const due = this.#due;
    this.#due = undefined;
    due?.();
    await settle();
  }
}

/** Runs every promise that is ready. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

type Answer = number | Error | Promise<number>;

function poll(answers: Answer[], onValue: (value: number) => PollVerdict = () => 'continue') {
  const timers = new ManualTimers();
  const heard: unknown[] = [];
  const signals: AbortSignal[] = [];
  const poller = new Poller<number>({
    load: async (signal) => {
      signals.push(signal);
      const answer = answers.shift() ?? 0;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    onValue: (value) => {
      heard.push(value);
      return onValue(value);
    },
    onError: (error) => {
      heard.push((error as Error).message);
      return (error as Error).message === 'gone' ? 'stop' : 'continue';
    },
    everyMs: 1000,
    slowestMs: 5000,
    timers,
  });
  return { poller, timers, heard, signals };
}

describe('Poller', () => {
  it('asks at once and then every everyMs, until the answer is the last', async () => {
    const { poller, timers, heard } = poll([1, 2, 3], (value) => (value === 3 ? 'stop' : 'continue'));
    poller.start();
    await settle();
    await timers.fire();
    await timers.fire();
    expect(heard).toEqual([1, 2, 3]);
    expect(timers.delays).toEqual([1000, 1000]);
    expect([poller.running, timers.armed]).toEqual([false, false]);
  });

  it('waits longer after every failure, never longer than slowestMs, and recovers', async () => {
    const lost = new Error('lost');
    const { poller, timers, heard } = poll([lost, lost, lost, lost, 7]);
    poller.start();
    await settle();
    for (let round = 0; round < 4; round += 1) await timers.fire();
    expect(timers.delays).toEqual([2000, 4000, 5000, 5000, 1000]);
    expect(heard.at(-1)).toBe(7);
  });

  it('stops when an error says that asking is useless', async () => {
    const { poller, timers } = poll([new Error('gone')]);
    poller.start();
    await settle();
    expect([poller.running, timers.armed]).toEqual([false, false]);
  });

  it('has one question under way at a time, however often it is started', async () => {
    const { poller, signals } = poll([1, 2]);
    poller.start();
    poller.start();
    await settle();
    expect(signals).toHaveLength(1);
  });

  it('aborts the question under way when stopped, and says nothing of a late answer', async () => {
    let answer: (value: number) => void = () => undefined;
    const { poller, timers, heard, signals } = poll([new Promise<number>((resolve) => (answer = resolve))]);
    poller.start();
    poller.stop();
    poller.stop();
    answer(1);
    await settle();
    expect(signals[0]?.aborted).toBe(true);
    expect([heard.length, timers.armed]).toEqual([0, false]);
  });

  it('does not mix a late answer of an earlier run into the next', async () => {
    let late: (value: number) => void = () => undefined;
    const { poller, heard } = poll([new Promise<number>((resolve) => (late = resolve)), 2]);
    poller.start();
    poller.stop();
    poller.start();
    late(1);
    await settle();
    expect(heard).toEqual([2]);
  });
});
