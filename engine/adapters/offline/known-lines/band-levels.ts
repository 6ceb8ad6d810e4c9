/** How sound is looked at: levels of mel bands, in dB, from short windows. */
export const BANDS = 16;
export const WINDOW_SAMPLES = 256;
/** 8 kHz: 10 ms. */
export const HOP_SAMPLES = 80;
export const HOP_MS = 10;

const RATE_HZ = 8000;
const LOWEST_HZ = 220;
const HIGHEST_HZ = 3500;
/** About the rounding noise of 16-bit samples, so that digital silence has a level too. */
const LEAST_POWER = 1e3;

const HANN = Float64Array.from(
  { length: WINDOW_SAMPLES },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW_SAMPLES),
);
const TURN = (2 * Math.PI) / WINDOW_SAMPLES;
const COSINES = Float64Array.from({ length: WINDOW_SAMPLES / 2 }, (_, n) => Math.cos(TURN * n));
const SINES = Float64Array.from({ length: WINDOW_SAMPLES / 2 }, (_, n) => -Math.sin(TURN * n));
const BIT_REVERSED = Uint8Array.from({ length: WINDOW_SAMPLES }, (_, n) =>
  [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, bit) => sum | (((n >> bit) & 1) << (7 - bit)), 0),
);

/** First bin of each band, and the bin after the last one: equal steps on the mel scale. */
const EDGES = (() => {
  const mel = (hz: number): number => Math.log1p(hz / 700);
  const step = (mel(HIGHEST_HZ) - mel(LOWEST_HZ)) / BANDS;
  return Uint8Array.from({ length: BANDS + 1 }, (_, band) =>
    Math.round((700 * Math.expm1(mel(LOWEST_HZ) + band * step) * WINDOW_SAMPLES) / RATE_HZ),
  );
})();

/** Band levels of a sound: `levels[frame * BANDS + band]`, and of all bands together, `loudness[frame]`; dB. */
export interface BandLevels {
  readonly frames: number;
  readonly levels: Float32Array;
  readonly loudness: Float32Array;
}

/**
 * Looks at 8 kHz sound every `hopSamples`; frame n is centred on sample n·hop, so a sound of N samples has
 * ⌈N / hop⌉ frames. Yields after every `sliceFrames` frames.
 */
export function* bandLevels(
  samples: Int16Array,
  hopSamples: number,
  sliceFrames: number,
): Generator<undefined, BandLevels> {
  const frames = Math.ceil(samples.length / hopSamples);
  const levels = new Float32Array(frames * BANDS);
  const loudness = new Float32Array(frames);
  const real = new Float64Array(WINDOW_SAMPLES);
  const imaginary = new Float64Array(WINDOW_SAMPLES);
  // Two real windows go through one complex transform: the even part of the spectrum is one's, the odd the other's.
  for (let frame = 0; frame < frames; frame += 2) {
    fill(real, samples, frame * hopSamples);
    fill(imaginary, samples, (frame + 1) * hopSamples);
    transform(real, imaginary);
    sumBands(real, imaginary, 1, levels, loudness, frame);
    if (frame + 1 < frames) sumBands(real, imaginary, -1, levels, loudness, frame + 1);
    if ((frame + 2) % sliceFrames < 2) yield undefined;
  }
  return { frames, levels, loudness };
}

function fill(into: Float64Array, samples: Int16Array, centre: number): void {
  const start = centre - WINDOW_SAMPLES / 2;
  for (let n = 0; n < WINDOW_SAMPLES; n += 1) into[BIT_REVERSED[n]!] = (samples[start + n] ?? 0) * HANN[n]!;
}

function sumBands(
  real: Float64Array,
  imaginary: Float64Array,
  sign: 1 | -1,
  levels: Float32Array,
  loudness: Float32Array,
  frame: number,
): void {
  let all = LEAST_POWER;
  for (let band = 0; band < BANDS; band += 1) {
    const first = EDGES[band]!;
    const end = EDGES[band + 1]!;
    let power = 0;
    for (let bin = first; bin < end; bin += 1) {
      const mirror = WINDOW_SAMPLES - bin;
      const a = real[bin]! + sign * real[mirror]!;
      const b = imaginary[bin]! - sign * imaginary[mirror]!;
      power += a * a + b * b;
    }
    all += power;
    levels[frame * BANDS + band] = 10 * Math.log10(LEAST_POWER + power / (end - first));
  }
  loudness[frame] = 10 * Math.log10(all);
}

/** Radix-2 FFT in place; the input stands in bit-reversed order. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  for (let half = 1; half < WINDOW_SAMPLES; half *= 2) {
    const stride = WINDOW_SAMPLES / 2 / half;
    for (let block = 0; block < WINDOW_SAMPLES; block += 2 * half) {
      for (let n = 0; n < half; n += 1) {
        const even = block + n;
        const odd = even + half;
        const cosine = COSINES[n * stride]!;
        const sine = SINES[n * stride]!;
        const re = real[odd]! * cosine - imaginary[odd]! * sine;
        const im = real[odd]! * sine + imaginary[odd]! * cosine;
        real[odd] = real[even]! - re;
        imaginary[odd] = imaginary[even]! - im;
        real[even] = real[even]! + re;
        imaginary[even] = imaginary[even]! + im;
      }
    }
  }
}
