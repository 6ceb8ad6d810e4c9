/** Samples judged at a time: a window of the voice detector. */
const WINDOW = 256;
/** 60…400 Hz, the pitch of voices, in samples of 4 kHz. */
const SHORTEST_LAG = 10;
const LONGEST_LAG = 67;
/** Low-pass for the halving of the rate: −6 dB at 1 kHz, under which a voice has most of its harmonics on any line. */
const TAPS = lowPass(13, 0.125);
const HALF = WINDOW / 2;
const DECIMATED = HALF + LONGEST_LAG;
const KEPT = 2 * DECIMATED + TAPS.length - 1;
/** Mean square under which there is nothing to judge, in 16-bit steps. */
const LEAST_POWER = 25;

/**
 * How voiced a sound is: whether it repeats itself at the pitch of a human voice. Vowels do; coughs, breath, clicks
 * and the noise of a line do not, or not for long. The measure is the highest peak of the normalised autocorrelation
 * (Rabiner, "On the use of autocorrelation analysis for pitch detection", 1977). Mono, 8 kHz.
 */
export class Voicing {
  /** The newest samples; the last is the newest. */
  readonly #kept = new Int16Array(KEPT);
  readonly #low = new Float64Array(DECIMATED);
  readonly #scores = new Float64Array(LONGEST_LAG + 1);

  push(samples: Int16Array): void {
    const newest = samples.length > KEPT ? samples.subarray(-KEPT) : samples;
    this.#kept.copyWithin(0, newest.length);
    this.#kept.set(newest, KEPT - newest.length);
  }

  /** 0…1 of the last 32 ms. */
  measure(): number {
    const low = this.#low;
    this.#decimate();
    let energy = 0;
    for (let n = LONGEST_LAG; n < DECIMATED; n++) energy += low[n]! * low[n]!;
    if (energy < LEAST_POWER * HALF) return 0;

    const scores = this.#scores;
    let earlier = 0;
    for (let n = LONGEST_LAG - SHORTEST_LAG + 1; n < DECIMATED - SHORTEST_LAG + 1; n++)
      earlier += low[n]! * low[n]!;
    for (let lag = SHORTEST_LAG - 1; lag <= LONGEST_LAG; lag++) {
      let product = 0;
      for (let n = LONGEST_LAG; n < DECIMATED; n++) product += low[n]! * low[n - lag]!;
      scores[lag] = product / Math.sqrt(energy * Math.max(earlier, LEAST_POWER));
      const entering = low[LONGEST_LAG - lag - 1] ?? 0;
      const leaving = low[DECIMATED - lag - 1]!;
      earlier += entering * entering - leaving * leaving;
    }
    // A peak, not a slope: rumble is alike to itself at every short lag.
    let best = 0;
    for (let lag = SHORTEST_LAG; lag < LONGEST_LAG; lag++) {
      const score = scores[lag]!;
      if (score > best && score > scores[lag - 1]! && score >= scores[lag + 1]!) best = score;
    }
    return Math.min(1, best);
  }

  /** 8 → 4 kHz, without its mean. */
  #decimate(): void {
    const kept = this.#kept;
    const low = this.#low;
    let mean = 0;
    for (let n = 0; n < DECIMATED; n++) {
      let sum = 0;
      for (let k = 0; k < TAPS.length; k++) sum += TAPS[k]! * kept[2 * n + k]!;
      low[n] = sum;
      mean += sum;
    }
    mean /= DECIMATED;
    for (let n = 0; n < DECIMATED; n++) low[n] = low[n]! - mean;
  }
}

/** A windowed sinc (Hamming) with unity gain at 0 Hz; `cutOff` in cycles a sample. */
function lowPass(length: number, cutOff: number): Float64Array {
  const middle = (length - 1) / 2;
  const taps = Float64Array.from({ length }, (_, k) => {
    const x = k - middle;
    const sinc = x === 0 ? 2 * cutOff : Math.sin(2 * Math.PI * cutOff * x) / (Math.PI * x);
    return sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * k) / (length - 1)));
  });
  const gain = taps.reduce((a, b) => a + b, 0);
  return taps.map((tap) => tap / gain);
}
