import type { Clock } from '../ports/clock.ts';

/** Why work is stopped that nobody waits for any more. Made once: the stack of a new error costs more than the stop. */
export const UNWANTED = new Error('nobody waits for it any more');

/** How long the call waits for a provider, and what it says of one that is late. */
export interface Patience {
  readonly clock: Clock;
  /** For the whole work, or for each piece of a stream; asked anew before each where it changes. */
  readonly ms: number | (() => number);
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal;
  readonly late: () => Error;
}

/**
 * Waits for work as long as `patience` allows, whether the provider keeps its own deadlines and heeds its signal or
 * not. Rejects with `late()`, or with the signal's reason; in both cases the signal that the work got is aborted.
 */
export async function waitFor<T>(patience: Patience, start: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const own = new AbortController();
  return race(start(AbortSignal.any([patience.signal, own.signal])), patience, own);
}

/** The same for a stream: each piece must come in time. Leaving the loop stops the work. */
export async function* waitForEach<T>(
  patience: Patience,
  start: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T> {
  const own = new AbortController();
  const iterator = start(AbortSignal.any([patience.signal, own.signal]))[Symbol.asyncIterator]();
  let over = false;
  try {
    for (;;) {
      const step = await race(iterator.next(), patience, own);
      if (step.done === true) {
        over = true;
        return;
      }
      yield step.value;
    }
  } finally {
    own.abort(UNWANTED);
    // A provider that hangs would keep us waiting here, too.
    if (!over) iterator.return?.().catch(() => undefined);
  }
}

/** The work's result, or the signal's reason as soon as it aborts; the work itself is somebody else's. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) return leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}

function race<T>(work: Promise<T>, { clock, ms, signal, late }: Patience, own: AbortController): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const settle = (how: () => void): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', leave);
      how();
    };
    const leave = (): void => settle(() => reject(signal.reason as Error));
    const timer = clock.setTimeout(
      () => {
        const error = late();
        own.abort(error);
        settle(() => reject(error));
      },
      typeof ms === 'number' ? ms : ms(),
    );
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    work.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}
