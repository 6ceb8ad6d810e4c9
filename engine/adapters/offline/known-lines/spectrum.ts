/** 32 ms at 8 kHz: short enough for speech, long enough to hear through noise. */
export const WINDOW_SAMPLES = 256;
export const HOP_SAMPLES = 80;
export const HOP_MS = 10;
/** Neighbouring bands are compared, so 17 of them make 16 bits. */
export const BANDS = 17;

const LOWEST_HZ = 220;
const HIGHEST_HZ = 3500;
const RATE_HZ = 8000;
const BINS = WINDOW_SAMPLES / 2;

const HANN = Float64Array.from(
  { length: WINDOW_SAMPLES },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW_SAMPLES),
);
const COSINE = Float64Array.from({ length: BINS }, (_, i) => Math.cos((2 * Math.PI * i) / WINDOW_SAMPLES));
const SINE = Float64Array.from({ length: BINS }, (_, i) => -Math.sin((2 * Math.PI * i) / WINDOW_SAMPLES));
const REVERSED = Uint8Array.from({ length: WINDOW_SAMPLES }, (_, i) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit += 1) reversed |= ((i >> bit) & 1) << (7 - bit);
  return reversed;
});

/** First bin of each band and the bin after the last: equal steps on the mel scale. */
const EDGES = (() => {
  const mel = (hz: number) => Math.log1p(hz / 700);
  const from = mel(LOWEST_HZ);
  const step = (mel(HIGHEST_HZ) - from) / BANDS;
  return Array.from({ length: BANDS + 1 }, (_, band) =>
    Math.round((700 * Math.expm1(from + band * step) * WINDOW_SAMPLES) / RATE_HZ),
  );
})();

/** How many frames `bandLevels` makes of so many samples. */
export function frameCount(samples: number): number {
  return Math.max(0, Math.floor((samples - WINDOW_SAMPLES) / HOP_SAMPLES) + 1);
}

/**
 * Level of each band in each frame, dB (any reference): `levels[frame * BANDS + band]`, for the frames from `first`
 * to `end`.
 */
export function bandLevels(samples: Int16Array, levels: Float32Array, first: number, end: number): void {
  const real = new Float64Array(WINDOW_SAMPLES);
  const imaginary = new Float64Array(WINDOW_SAMPLES);
  for (let frame = first; frame < end; frame += 1) {
    const start = frame * HOP_SAMPLES;
    for (let i = 0; i < WINDOW_SAMPLES; i += 1) {
      real[REVERSED[i]!] = samples[start + i]! * HANN[i]!;
      imaginary[i] = 0;
    }
    transform(real, imaginary);
    for (let band = 0; band < BANDS; band += 1) {
      let power = 1;
      for (let bin = EDGES[band]!; bin < EDGES[band + 1]!; bin += 1)
        power += real[bin]! ** 2 + imaginary[bin]! ** 2;
      levels[frame * BANDS + band] = 10 * Math.log10(power / (EDGES[band + 1]! - EDGES[band]!));
    }
  }
}

/** Radix-2 FFT in place; the input is in bit-reversed order. */
function transform(real: Float64Array, imaginary: Float64Array): void {
  for (let size = 2; size <= WINDOW_SAMPLES; size *= 2) {
    const half = size / 2;
    const stride = WINDOW_SAMPLES / size;
    for (let block = 0; block < WINDOW_SAMPLES; block += size) {
      for (let i = 0; i < half; i += 1) {
        const even = block + i;
        const odd = even + half;
        const cosine = COSINE[i * stride]!;
        const sine = SINE[i * stride]!;
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
