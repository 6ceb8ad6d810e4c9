import { ProviderError } from '../../contract/errors.ts';
import type { TimerHandle } from '../../ports/clock.ts';
import type { Timers } from './guard.ts';

/** One way to an answer. Must end when its signal is aborted, and reject with ProviderError. */
export type Lane<T> = (signal: AbortSignal) => Promise<T>;

const BEATEN = new Error('another request answered first');

export interface RaceRules {
  readonly timers: Timers;
  /** The next lane starts when there is no answer after this; 0: never for that reason. */
  readonly lateMs: number;
  /** Whether a failure starts the next lane at once. */
  readonly movesOn: (error: ProviderError) => boolean;
  readonly onNext: (why: 'late' | ProviderError) => void;
}

/**
 * The first answer of several lanes, begun one after another as they are needed; the losers are aborted. Rejects when
 * every lane that was begun has failed, with the failure that may pass if there is one.
 */
export function race<T>(lanes: readonly Lane<T>[], parent: AbortSignal, rules: RaceRules): Promise<T> {
  const { timers, lateMs, movesOn, onNext } = rules;
  return new Promise((resolve, reject) => {
    const running = new Set<AbortController>();
    const failures: unknown[] = [];
    let begun = 0;
    let over = false;
    let timer: TimerHandle | undefined;

    const stopTimer = () => {
      if (timer !== undefined) timers.clearTimeout(timer);
      timer = undefined;
    };
    const finish = (settle: () => void) => {
      over = true;
      stopTimer();
      for (const loser of running) loser.abort(BEATEN);
      settle();
    };
    const begin = () => {
      stopTimer();
      const lane = lanes[begun];
      if (lane === undefined) return;
      begun += 1;
      const own = new AbortController();
      running.add(own);
      lane(AbortSignal.any([parent, own.signal])).then(
        (answer) => {
          running.delete(own);
          if (!over) finish(() => resolve(answer));
        },
        (error: unknown) => {
          running.delete(own);
          if (over) return;
          failures.push(error);
          const next = begun < lanes.length && !parent.aborted;
          if (next && error instanceof ProviderError && movesOn(error)) {
            onNext(error);
            begin();
          } else if (running.size === 0) {
            finish(() => reject(worthTelling(failures)));
          }
        },
      );
      if (begun < lanes.length && lateMs > 0) {
        timer = timers.setTimeout(() => {
          onNext('late');
          begin();
        }, lateMs);
      }
    };
    begin();
  });
}

/** What a lane rejects with goes on as it is: the reason of a signal may be anything. */
function worthTelling(failures: readonly unknown[]): Error {
  const mayPass = failures.find((error) => error instanceof ProviderError && error.retryable);
  return (mayPass ?? failures[0]) as Error;
}
