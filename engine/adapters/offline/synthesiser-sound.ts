/** Loudness of the speech (its voiced frames) that every engine is brought to. */
export const TARGET_RMS_DBFS = -20;

/** Frames of this length are judged as sound or silence. */
const FRAME_MS = 5;
/** A frame is sound when its RMS is above this (after the gain). */
const SOUND_DBFS = -50;
/** Kept before the first sound and after the last, so that soft beginnings and endings are not cut. */
const LEAD_MS = 15;
const TAIL_MS = 35;
/** Samples above this share of full scale are bent, not cut … */
const KNEE = 0.7;
/** … and stay below this one. */
const CEILING = 0.97;

/** The factor for `gainDb` decibels. */
function gainFactor(gainDb: number): number {
  return 10 ** (gainDb / 20);
}

/**
 * Makes an engine's sound fit for the line, chunk by chunk: gain with a soft limiter (never clips), silence at both
 * ends cut to at most 40 ms, pauses inside kept. Pure; one instance a request.
 */
export class SpeechShaper {
  readonly #frame: number;
  readonly #gain: number;
  readonly #lead: number;
  readonly #tail: number;
  #held: Int16Array = new Int16Array(0);
  /** Samples at the start of `#held` that were judged already: all silent. */
  #judged = 0;
  #started = false;

  constructor(rateHz: number, gainDb: number) {
    this.#frame = Math.round((rateHz * FRAME_MS) / 1000);
    this.#lead = Math.round((rateHz * LEAD_MS) / 1000);
    this.#tail = Math.round((rateHz * TAIL_MS) / 1000);
    this.#gain = gainFactor(gainDb);
  }

  /** Returns what can be played already; may be empty. */
  push(samples: Int16Array): Int16Array {
    const all = new Int16Array(this.#held.length + samples.length);
    all.set(this.#held);
    for (let i = 0; i < samples.length; i += 1)
      all[this.#held.length + i] = limit((samples[i] ?? 0) * this.#gain);
    let firstSound = -1;
    let soundEnd = 0;
    let at = this.#judged;
    for (; at + this.#frame <= all.length; at += this.#frame) {
      if (rmsDbfs(all.subarray(at, at + this.#frame)) < SOUND_DBFS) continue;
      if (firstSound < 0) firstSound = at;
      soundEnd = at + this.#frame;
    }
    if (firstSound < 0) {
      // Before the first sound only the lead may ever be needed again.
      const drop = this.#started ? 0 : Math.max(0, at - this.#lead);
      this.#held = all.slice(drop);
      this.#judged = at - drop;
      return new Int16Array(0);
    }
    const from = this.#started ? 0 : Math.max(0, firstSound - this.#lead);
    this.#started = true;
    this.#held = all.slice(soundEnd);
    this.#judged = at - soundEnd;
    return all.slice(from, soundEnd);
  }

  /** The last samples; empty when there was no sound at all. */
  end(): Int16Array {
    return this.#started ? this.#held.slice(0, this.#tail) : new Int16Array(0);
  }
}

/** Linear up to the knee, then bends towards the ceiling. Input and output in 16-bit units. */
function limit(value: number): number {
  const x = Math.abs(value) / 32768;
  if (x <= KNEE) return Math.round(value);
  const bent = KNEE + (CEILING - KNEE) * Math.tanh((x - KNEE) / (CEILING - KNEE));
  return Math.round(Math.sign(value) * bent * 32768);
}

/** Root mean square in dB of full scale; −∞ for silence. */
export function rmsDbfs(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / (samples.length * 32768 ** 2));
}

/** RMS of the 20 ms frames that are sound, in dB of full scale: how loud the speech in `samples` is. */
export function speechDbfs(samples: Int16Array, rateHz: number): number {
  const frame = Math.round(rateHz / 50);
  let sum = 0;
  let frames = 0;
  for (let at = 0; at + frame <= samples.length; at += frame) {
    const level = rmsDbfs(samples.subarray(at, at + frame));
    if (level < SOUND_DBFS) continue;
    sum += 10 ** (level / 10);
    frames += 1;
  }
  return 10 * Math.log10(sum / frames);
}
