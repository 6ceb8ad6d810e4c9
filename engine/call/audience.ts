import type { CallListening, ListenedFrame } from '../contract/listening.ts';

/** Three seconds, 100 kB: whoever takes nothing for longer loses the oldest of it. A beat may make up for a stall at once. */
const MOST_WAITING = 150;

/**
 * Those who listen in to a call. They hear what the recording gets and can neither stop nor slow it: their frames wait
 * in a queue of bounded length, and nothing of theirs runs in the beat.
 */
export class Audience {
  /** Undefined while nobody listens: then a frame costs this one look. */
  #listeners: Set<Listener> | undefined;
  #over = false;

  /** Both sides' frame, of the same length; it is copied, since the next beat writes over it. */
  hear(nth: number, caller: Int16Array, assistant: Int16Array): void {
    if (this.#listeners === undefined) return;
    const samples = new Int16Array(caller.length * 2);
    for (let n = 0; n < caller.length; n += 1) {
      samples[n * 2] = caller[n]!;
      samples[n * 2 + 1] = assistant[n]!;
    }
    for (const listener of this.#listeners) listener.put({ nth, samples });
  }

  /** Somebody comes in, before the answer or after it; undefined when there is nothing more to hear. */
  enter(): CallListening | undefined {
    if (this.#over) return undefined;
    const listener = new Listener(() => this.#leave(listener));
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
    return listener;
  }

  /** There is nothing more to hear: what waits is still taken. Idempotent. */
  close(): void {
    this.#over = true;
    const all = this.#listeners;
    this.#listeners = undefined;
    for (const listener of all ?? []) listener.end();
  }

  #leave(listener: Listener): void {
    this.#listeners?.delete(listener);
    if (this.#listeners?.size === 0) this.#listeners = undefined;
  }
}

class Listener implements CallListening {
  readonly #onStop: () => void;
  #waiting: ListenedFrame[] = [];
  #dropped = 0;
  #over = false;
  #wake: () => void = () => undefined;

  constructor(onStop: () => void) {
    this.#onStop = onStop;
  }

  get dropped(): number {
    return this.#dropped;
  }

  put(frame: ListenedFrame): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#waiting.shift();
      this.#dropped += 1;
    }
    this.#waiting.push(frame);
    this.#wake();
  }

  end(): void {
    this.#over = true;
    this.#wake();
  }

  async take(): Promise<readonly ListenedFrame[] | undefined> {
    while (this.#waiting.length === 0 && !this.#over)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    const frames = this.#waiting;
    this.#waiting = [];
    return frames.length === 0 ? undefined : frames;
  }

  stop(): void {
    this.#waiting = [];
    this.#onStop();
    this.end();
  }
}
