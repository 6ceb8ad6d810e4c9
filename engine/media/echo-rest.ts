import { BANDS } from './echo-canceller.ts';
import { NoiseFloor } from './echo-noise-floor.ts';

/** A room rings on after the filter's end: −5 dB a frame of 20 ms, RT60 250 ms. */
const RINGING = 0.33;
/** The rest follows what all but one of 14 echo frames stay under: a step up, and 13 down. */
const RISE = 1.3;
const FALL = 0.98;
/** The caller's frames are believed not to be echo, but not for ever. */
const DOUBT_RISE = 1.005;
const FIRST_REST = 0.02;
const LEAST_REST = 1e-5;
/** What a band may have over the usual before it counts, in dB. */
const MARGIN_DB = 3;
const NOISE_MARGIN = 1.6;
/** More than this says no more. */
const MOST_DB = 15;

/** What the filter usually leaves of the echo, band by band, and how much more a frame has. */
export class EchoRest {
  readonly #rest = new Float64Array(BANDS).fill(FIRST_REST);
  readonly #ringing = new Float64Array(BANDS);
  readonly #floors = Array.from({ length: BANDS }, () => new NoiseFloor(2500));
  /** The echo's power over the noise, in the last frame: whether there can be any. */
  audible = false;

  /** Takes a frame's bands: left by the filter, and sent that long ago. Gives what is over the usual, summed, in dB. */
  over(left: Float64Array, sent: Float64Array): number {
    let total = 0;
    this.audible = false;
    for (let band = 0; band < BANDS; band++) {
      const ringing = (this.#ringing[band] = sent[band]! + RINGING * this.#ringing[band]!);
      const noise = NOISE_MARGIN * this.#floors[band]!.next(left[band]!);
      const rest = this.#rest[band]! * ringing;
      if (rest > noise / 4) this.audible = true;
      const db = 10 * Math.log10((left[band]! + 1) / (rest + noise + 1)) - MARGIN_DB;
      if (db > 0) total += Math.min(db, MOST_DB);
    }
    return total;
  }

  /** The last frame given was echo, or the caller's. */
  learn(left: Float64Array, near: boolean): void {
    for (let band = 0; band < BANDS; band++) {
      const rest = this.#rest[band]!;
      const ringing = this.#ringing[band]!;
      const now = left[band]! / (ringing + 1);
      // Where the noise is louder than the rest nothing can be learnt but that the rest is no more than that.
      if (now > rest && rest * ringing > this.#floors[band]!.floor)
        this.#rest[band] = rest * (near ? DOUBT_RISE : RISE);
      else if (!near && now <= rest && ringing > 0) this.#rest[band] = Math.max(LEAST_REST, rest * FALL);
    }
  }

  /** Sets the rest to what a lesson left: sums over its frames. */
  lesson(left: Float64Array, ringing: Float64Array): void {
    for (let band = 0; band < BANDS; band++)
      this.#rest[band] = Math.min(1, Math.max(LEAST_REST, (2 * left[band]!) / (ringing[band]! + 1)));
  }
}
