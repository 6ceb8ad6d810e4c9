/**
 * Packet loss concealment in the spirit of ITU-T G.711 Appendix I: repeat the last pitch period, fade it out
 * within 60 ms, and blend back into the real signal. Unlike the appendix it adds no delay: instead of holding
 * back 3.75 ms for an overlap, the first repetition is bent to start where the signal stopped.
 * 8 kHz only.
 */
const HISTORY_SAMPLES = 390;
const MATCH_SAMPLES = 160;
// 200 … 66 Hz.
const MIN_PITCH_SAMPLES = 40;
const MAX_PITCH_SAMPLES = 120;
const FULL_LEVEL_SAMPLES = 80;
const FADED_OUT_SAMPLES = 480;
const BLEND_SAMPLES = 40;
const DECLICK_SAMPLES = 16;

export class Concealer {
  /** The newest samples played; the last is the newest. */
  readonly #history = new Int16Array(HISTORY_SAMPLES);
  #period = new Float64Array(0);
  /** How many samples in a row were made up. */
  #concealed = 0;
  /** The bend at the join: added to the first repetition, fading. */
  #bend = 0;

  /** Takes real samples; changes their first 5 ms in place when they follow concealed ones. */
  voice(samples: Int16Array): void {
    if (this.#concealed > 0) {
      const blend = Math.min(BLEND_SAMPLES, samples.length);
      for (let i = 0; i < blend; i++) {
        const weight = (i + 1) / (blend + 1);
        samples[i] = Math.round(this.#synthesise(this.#concealed + i) * (1 - weight) + samples[i]! * weight);
      }
      this.#concealed = 0;
    }
    this.#remember(samples);
  }

  /** Fills `out` with what may have been there. Returns how many samples were made up: none of silence, or once faded out. */
  conceal(out: Int16Array): number {
    if (this.#concealed === 0) this.#prepare();
    const left = this.#period.some((sample) => sample !== 0) ? FADED_OUT_SAMPLES - this.#concealed : 0;
    const audible = Math.max(0, Math.min(out.length, left));
    for (let i = 0; i < out.length; i++) out[i] = Math.round(this.#synthesise(this.#concealed + i));
    this.#concealed += out.length;
    if (this.#concealed >= FADED_OUT_SAMPLES) this.#history.fill(0);
    return audible;
  }

  /** Fills `out` with silence, without a step from the last sample played. */
  silence(out: Int16Array): void {
    const last = this.#concealed > 0 ? this.#synthesise(this.#concealed - 1) : this.#history.at(-1)!;
    out.fill(0);
    for (let i = 0; i < Math.min(DECLICK_SAMPLES, out.length); i++) {
      out[i] = Math.round(last * (1 - (i + 1) / DECLICK_SAMPLES));
    }
    this.#concealed = 0;
    this.#remember(out);
  }

  /** The n-th sample since the real ones stopped. */
  #synthesise(n: number): number {
    if (n >= FADED_OUT_SAMPLES || this.#period.length === 0) return 0;
    const fade = Math.max(0, n - FULL_LEVEL_SAMPLES) / (FADED_OUT_SAMPLES - FULL_LEVEL_SAMPLES);
    const bend = n < BLEND_SAMPLES ? this.#bend * (1 - n / BLEND_SAMPLES) : 0;
    const sample = (this.#period[n % this.#period.length]! + bend) * (1 - fade);
    return Math.max(-32_768, Math.min(32_767, sample));
  }

  /** Cuts one pitch period out of the history, its end bent so that repetitions join. */
  #prepare(): void {
    const history = this.#history;
    const pitch = this.#pitch();
    const start = HISTORY_SAMPLES - pitch;
    const period = Float64Array.from(history.subarray(start));
    const overlap = Math.floor(pitch / 4);
    for (let i = 0; i < overlap; i++) {
      const weight = (i + 1) / (overlap + 1);
      const at = pitch - overlap + i;
      period[at] = period[at]! * (1 - weight) + history[start - overlap + i]! * weight;
    }
    this.#period = period;
    // Where the period continues the signal, history[start - 1] precedes it; the last sample stands there now.
    this.#bend = history.at(-1)! - history[start - 1]!;
  }

  /** The lag at which the last 20 ms best repeat what was before them. */
  #pitch(): number {
    const history = this.#history;
    const from = HISTORY_SAMPLES - MATCH_SAMPLES;
    let best = MIN_PITCH_SAMPLES;
    let bestScore = -Infinity;
    for (let lag = MIN_PITCH_SAMPLES; lag <= MAX_PITCH_SAMPLES; lag++) {
      let product = 0;
      let energy = 1;
      for (let i = from; i < HISTORY_SAMPLES; i++) {
        const earlier = history[i - lag]!;
        product += history[i]! * earlier;
        energy += earlier * earlier;
      }
      const score = product / Math.sqrt(energy);
      if (score > bestScore) {
        bestScore = score;
        best = lag;
      }
    }
    return best;
  }

  #remember(samples: Int16Array): void {
    const newest = samples.length > HISTORY_SAMPLES ? samples.subarray(-HISTORY_SAMPLES) : samples;
    this.#history.copyWithin(0, newest.length);
    this.#history.set(newest, HISTORY_SAMPLES - newest.length);
  }
}
