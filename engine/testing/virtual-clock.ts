import { FRAME_MS, type Clock, type FrameTicker, type TimerHandle } from '../ports/clock.ts';

interface Timer {
  readonly dueMs: number;
  readonly fn: () => void;
}

/**
 * Time that passes only when a test says so. Timers run in the order of their deadlines, and of being set where
 * these are equal; `now()` inside one is its deadline. A thrown error reaches the test.
 */
export class VirtualClock implements Clock {
  readonly #startedAt: number;
  #nowMs = 0;
  /** In the order of running. */
  #timers: Timer[] = [];

  /** Wall time begins at `startedAt`. */
  constructor(startedAt: Date = new Date('2026-01-01T00:00:00.000Z')) {
    this.#startedAt = startedAt.getTime();
  }

  now(): number {
    return this.#nowMs;
  }

  wallTime(): Date {
    return new Date(this.#startedAt + this.#nowMs);
  }

  setTimeout(fn: () => void, delayMs: number): TimerHandle {
    const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), fn };
    let at = this.#timers.length;
    while (at > 0 && this.#timers[at - 1]!.dueMs > timer.dueMs) at -= 1;
    this.#timers.splice(at, 0, timer);
    return timer as unknown as TimerHandle;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#timers = this.#timers.filter((timer) => timer !== (handle as unknown));
  }

  /** When the next timer is due, on `now()`'s scale; undefined when none is set. */
  nextDueMs(): number | undefined {
    return this.#timers[0]?.dueMs;
  }

  /** Goes to the next timer's deadline and runs it alone. False when none is set. */
  runNext(): boolean {
    const timer = this.#timers.shift();
    if (timer === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.fn();
    return true;
  }

  /** Lets `ms` pass and runs what falls due, also what was set meanwhile. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    while ((this.nextDueMs() ?? Infinity) <= untilMs) this.runNext();
    this.#nowMs = untilMs;
  }

  /**
   * Like `advance`, and after each timer lets promises and `setImmediate` settle (the memory transport delivers
   * that way), so a whole call can be held faster than real time. Stops early once `until` holds; returns whether
   * it did. Work outside this process, such as disk and workers, is not waited for.
   */
  async run(ms: number, until: () => boolean = () => false): Promise<boolean> {
    const untilMs = this.#nowMs + ms;
    await settled();
    while (!until()) {
      if ((this.nextDueMs() ?? Infinity) > untilMs) {
        this.#nowMs = untilMs;
        return false;
      }
      this.runNext();
      await settled();
    }
    return true;
  }
}

/** A beat on virtual time: frame n at exactly start + n·20 ms, never late. */
export function virtualTicker(clock: Clock): FrameTicker {
  return {
    start(onFrame, afterwards) {
      const startMs = clock.now();
      let frame = 0;
      let timer: TimerHandle;
      let stopped = false;
      const tick = (): void => {
        const lateMs = clock.now() - (startMs + frame * FRAME_MS);
        timer = clock.setTimeout(tick, startMs + (frame + 1) * FRAME_MS - clock.now());
        onFrame(frame++, lateMs);
        if (!stopped) afterwards?.();
      };
      timer = clock.setTimeout(tick, 0);
      return () => {
        stopped = true;
        clock.clearTimeout(timer);
      };
    },
  };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
