import type { EchoLag } from './echo-lag.ts';

/** Lags no farther apart are one. */
export const SAME_LAG_SAMPLES = 3;

/** Voices by chance are less alike than 0.31, 99 times of 100, and then at any lag. One find like this will do … */
const SURE = 0.42;
/** … or two that agree … */
const LIKELY = 0.27;
/** … or three over a stretch longer than a search's own window: an echo under the line's noise. */
const WEAK = 0.14;
const WEAK_FINDS = 3;
const WEAK_SPAN_SAMPLES = 8 * 200;
const WITHIN_SAMPLES = 8 * 8000;

/** Weighs what the searches of a call found. */
export class LagVote {
  #finds: { readonly lag: EchoLag; readonly position: number }[] = [];

  /** Takes a find at `position` of the call; gives its lag when it is certain by now. */
  add(lag: EchoLag, position: number): number | undefined {
    if (lag.likeness < WEAK) return undefined;
    this.#finds = this.#finds.filter((find) => position - find.position <= WITHIN_SAMPLES);
    const agreeing = this.#finds.filter(
      (find) => Math.abs(find.lag.lagSamples - lag.lagSamples) <= SAME_LAG_SAMPLES,
    );
    this.#finds.push({ lag, position });
    const oldest = agreeing[0];
    const certain =
      lag.likeness >= SURE ||
      (lag.likeness >= LIKELY && agreeing.some((find) => find.lag.likeness >= LIKELY)) ||
      (oldest !== undefined &&
        agreeing.length + 1 >= WEAK_FINDS &&
        position - oldest.position >= WEAK_SPAN_SAMPLES);
    return certain ? lag.lagSamples : undefined;
  }
}
