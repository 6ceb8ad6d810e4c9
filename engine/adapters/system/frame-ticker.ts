import { FRAME_MS, type FrameTicker } from '../../ports/clock.ts';

export interface SystemFrameTickerOptions {
  /** A subscriber threw; it is not called again. By default the error is thrown out of the event loop. */
  readonly onError?: (error: unknown) => void;
}

interface Subscriber {
  readonly onFrame: (frame: number, lateMs: number) => void;
  readonly afterwards: (() => void) | undefined;
  /** Its frame was run, and what comes afterwards was not yet. */
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
  /** A frame was run, and what comes afterwards not yet for all: until then its next frame waits. */
  waits: boolean;
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
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, () => ({
    subscribers: new Set(),
    dueMs: 0,
    waits: false,
  }));
  readonly #epochMs = performance.now();
  readonly #onError: (error: unknown) => void;
  /** Slots that wait for what comes afterwards, in the order of their frames. */
  #waiting: Slot[] = [];
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
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
    if (this.#running || this.#immediate !== undefined) return;
    const dueMs = this.#earliest()?.dueMs ?? Infinity;
    if (this.#timer !== undefined && dueMs === this.#timerDueMs && this.#waiting.length === 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerDueMs = dueMs;
    if (this.#waiting.length > 0) this.#immediate = setImmediate(this.#runDue);
    else if (dueMs !== Infinity)
      this.#timer = setTimeout(this.#wake, Math.max(0, Math.ceil(dueMs - performance.now())));
  }

  readonly #wake = (): void => {
    this.#timer = undefined;
    const earliest = this.#earliest();
    if (earliest !== undefined && performance.now() - earliest.dueMs > FRAME_MS) {
      // The process was stalled. Node runs timers before sockets and immediates after them: step back once, so
      // that packets which have waited in the kernel are there when the missed frames are run.
      this.#immediate = setImmediate(this.#runDue);
    } else this.#runDue();
  };

  readonly #runDue = (): void => {
    this.#immediate = undefined;
    // Of what falls due meanwhile only the frames are run; all else is left to the next turn of the event loop, or slow
    // subscribers would shut sockets out.
    const untilMs = performance.now();
    this.#running = true;
    do {
      this.#runFrames(untilMs);
      for (const slot of this.#waiting.splice(0)) this.#runAfterwards(slot);
    } while (this.#slots.some(({ subscribers, dueMs }) => subscribers.size > 0 && dueMs <= untilMs));
    this.#running = false;
    this.#arm();
  };

  /** One frame of every slot that is due by then and waits for nothing, the earliest first. */
  #runFrames(untilMs: number): void {
    for (;;) {
      let slot: Slot | undefined;
      for (const each of this.#slots) {
        const due = each.subscribers.size > 0 && !each.waits && each.dueMs <= untilMs;
        if (due && (slot === undefined || each.dueMs < slot.dueMs)) slot = each;
      }
      if (slot === undefined) return;
      const { dueMs } = slot;
      slot.dueMs += FRAME_MS;
      slot.waits = true;
      this.#waiting.push(slot);
      // Who stops another in his frame takes him out as well; who joins now is seen, and not yet due.
      for (const subscriber of slot.subscribers) this.#run(slot, subscriber, dueMs);
    }
  }

  /** What comes afterwards, of a slot's subscribers: between two of them the frames of other slots that fall due. */
  #runAfterwards(slot: Slot): void {
    for (const subscriber of slot.subscribers) {
      if (!subscriber.waits) continue;
      subscriber.waits = false;
      try {
        subscriber.afterwards?.();
      } catch (error) {
        this.#drop(slot, subscriber, error);
      }
      this.#runFrames(performance.now());
    }
    slot.waits = false;
  }

  #run(slot: Slot, subscriber: Subscriber, dueMs: number): void {
    if (dueMs < subscriber.sinceMs) return;
    try {
      subscriber.onFrame(subscriber.nextFrame++, performance.now() - dueMs);
      subscriber.waits = subscriber.afterwards !== undefined;
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
