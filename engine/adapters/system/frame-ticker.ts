import { FRAME_MS, type FrameTicker } from '../../ports/clock.ts';

export interface SystemFrameTickerOptions {
  /** A subscriber threw; it is not called again. By default the error is thrown out of the event loop. */
  readonly onError?: (error: unknown) => void;
}

interface Subscriber {
  readonly onFrame: (frame: number, lateMs: number) => void;
  readonly afterwards: (() => void) | undefined;
  /** Its frame was run in this round, and what comes afterwards was not yet. */
  waits: boolean;
  /** It joined here: its first deadline is not before. */
  readonly sinceMs: number;
  nextFrame: number;
}

/** One phase of the 20 ms: its subscribers share their deadlines. */
interface Slot {
  readonly subscribers: Set<Subscriber>;
  /** Meaningful while there are subscribers. */
  dueMs: number;
}

/** Few and full: a wake-up costs more than a frame, and frames in a row find the VAD's weights in the cache. */
const SLOTS = 5;
const SLOT_MS = FRAME_MS / SLOTS;

/**
 * The beat of all calls of the process from one timer. Each subscriber gets the emptiest of five phase slots of
 * 4 ms, so that 200 calls do not work and send in one burst, and keeps its deadlines start + n·20 ms for life: a late
 * tick never moves the next. With nobody subscribed no timer runs.
 */
export class SystemFrameTicker implements FrameTicker {
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({ subscribers: new Set(), dueMs: 0 }));
  readonly #epochMs = performance.now();
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #timerDueMs = Infinity;
  #running = false;

  constructor(options: SystemFrameTickerOptions = {}) {
    this.#onError = options.onError ?? throwLater;
  }

  start(onFrame: (frame: number, lateMs: number) => void, afterwards?: () => void): () => void {
    const slot = this.#emptiestSlot();
    const sinceMs = performance.now();
    const subscriber: Subscriber = { onFrame, afterwards, waits: false, sinceMs, nextFrame: 0 };
    if (slot.subscribers.size === 0) slot.dueMs = this.#nextDeadline(this.#slots.indexOf(slot));
    slot.subscribers.add(subscriber);
    this.#arm();
    return () => {
      slot.subscribers.delete(subscriber);
      this.#arm();
    };
  }

  #emptiestSlot(): Slot {
    return this.#slots.reduce((best, slot) => (slot.subscribers.size < best.subscribers.size ? slot : best));
  }

  /** The first deadline of a slot that is still to come. */
  #nextDeadline(index: number): number {
    const firstMs = this.#epochMs + index * SLOT_MS;
    const passed = Math.floor((performance.now() - firstMs) / FRAME_MS) + 1;
    return firstMs + Math.max(0, passed) * FRAME_MS;
  }

  /** The slots that are due by then, the earliest first. */
  #due(untilMs: number): readonly Slot[] {
    return this.#slots
      .filter((slot) => slot.subscribers.size > 0 && slot.dueMs <= untilMs)
      .sort((a, b) => a.dueMs - b.dueMs);
  }

  #earliest(): Slot | undefined {
    let earliest: Slot | undefined;
    for (const slot of this.#slots) {
      if (slot.subscribers.size > 0 && (earliest === undefined || slot.dueMs < earliest.dueMs))
        earliest = slot;
    }
    return earliest;
  }

  /** Sets the one timer to the earliest deadline. Node's timers count whole milliseconds: round up, never spin. */
  #arm(): void {
    if (this.#running) return;
    const dueMs = this.#earliest()?.dueMs ?? Infinity;
    if (this.#timer !== undefined && dueMs === this.#timerDueMs) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueMs = dueMs;
    if (dueMs === Infinity) return;
    this.#timer = setTimeout(this.#wake, Math.max(0, Math.ceil(dueMs - performance.now())));
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    const earliest = this.#earliest();
    if (earliest !== undefined && performance.now() - earliest.dueMs > FRAME_MS) {
      // The process was stalled. Node runs timers before sockets and immediates after them: step back once, so
      // that packets which have waited in the kernel are there when the missed frames are run.
      setImmediate(this.#runDue);
    } else this.#runDue();
  };

  readonly #runDue = (): void => {
    // What falls due meanwhile is left to the next turn of the event loop, or slow subscribers would shut sockets out.
    const untilMs = performance.now();
    this.#running = true;
    // A round is one beat of every slot that is due: first all frames, then what comes afterwards.
    for (let due = this.#due(untilMs); due.length > 0; due = this.#due(untilMs)) {
      for (const slot of due) {
        const { dueMs } = slot;
        slot.dueMs += FRAME_MS;
        // Who stops another in his frame takes him out of this round too; who joins now is seen, and not yet due.
        for (const subscriber of slot.subscribers) this.#run(slot, subscriber, dueMs);
      }
      for (const slot of due)
        for (const subscriber of slot.subscribers) this.#runAfterwards(slot, subscriber);
    }
    this.#running = false;
    this.#arm();
  };

  #run(slot: Slot, subscriber: Subscriber, dueMs: number): void {
    if (dueMs < subscriber.sinceMs) return;
    try {
      subscriber.onFrame(subscriber.nextFrame++, performance.now() - dueMs);
      subscriber.waits = subscriber.afterwards !== undefined;
    } catch (error) {
      this.#drop(slot, subscriber, error);
    }
  }

  #runAfterwards(slot: Slot, subscriber: Subscriber): void {
    if (!subscriber.waits) return;
    subscriber.waits = false;
    try {
      subscriber.afterwards?.();
    } catch (error) {
      this.#drop(slot, subscriber, error);
    }
  }

  #drop(slot: Slot, subscriber: Subscriber, error: unknown): void {
    slot.subscribers.delete(subscriber);
    this.#onError(error);
  }
}

function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
