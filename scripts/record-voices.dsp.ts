/** Sound processing for record-voices.ts: offline work, so clarity before speed. Samples are −1…1 floats. */

const TAPS_EACH_SIDE = 24;

/** Windowed-sinc resampler to `toHz`; `speed` > 1 also shortens the sound and raises it by as much. */
export function resample(input: Float64Array, fromHz: number, toHz: number, speed: number): Float64Array {
  const step = (fromHz * speed) / toHz;
  const cutoff = Math.min(1, 1 / step) * 0.92;
  const half = Math.ceil(TAPS_EACH_SIDE / cutoff);
  const output = new Float64Array(Math.floor(input.length / step));
  for (let n = 0; n < output.length; n++) {
    const centre = n * step;
    let sum = 0;
    for (let k = Math.ceil(centre - half); k <= centre + half; k++) {
      const x = k - centre;
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / half);
      sum += (input[k] ?? 0) * cutoff * sinc(cutoff * x) * window;
    }
    output[n] = sum;
  }
  return output;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** The telephone band: second-order high-pass at 280 Hz and low-pass at 3450 Hz (RBJ Audio EQ Cookbook). */
export function telephoneBand(samples: Float64Array, rateHz: number): Float64Array {
  return biquad(biquad(samples, 'high-pass', 280, rateHz), 'low-pass', 3450, rateHz);
}

function biquad(
  samples: Float64Array,
  kind: 'high-pass' | 'low-pass',
  cornerHz: number,
  rateHz: number,
): Float64Array {
  const w = (2 * Math.PI * cornerHz) / rateHz;
  const alpha = Math.sin(w) / Math.SQRT2;
  const a0 = 1 + alpha;
  const edge = kind === 'low-pass' ? (1 - Math.cos(w)) / 2 : (1 + Math.cos(w)) / 2;
  const b0 = edge / a0;
  const b1 = (kind === 'low-pass' ? 2 * edge : -2 * edge) / a0;
  const a1 = (-2 * Math.cos(w)) / a0;
  const a2 = (1 - alpha) / a0;
  const output = new Float64Array(samples.length);
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  samples.forEach((x, n) => {
    const y = b0 * x + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    output[n] = y;
  });
  return output;
}

/** Cuts the quiet and the breath before and after: what is 30 dB under the loudest 10 ms, but for the edges' 20 ms. */
export function trimSilence(samples: Float64Array, rateHz: number): Float64Array {
  const window = Math.round(rateHz / 100);
  const powers = windowPowers(samples, window);
  const floor = Math.max(...powers) * 1e-3;
  const first = Math.max(0, powers.findIndex((power) => power > floor) - 2);
  const last = powers.findLastIndex((power) => power > floor) + 2;
  return samples.slice(first * window, (last + 1) * window);
}

/** RMS of the speech alone, in dBFS: of the 10 ms windows within 25 dB of the loudest. */
export function speechLevelDbfs(samples: Float64Array, rateHz: number): number {
  const powers = windowPowers(samples, Math.round(rateHz / 100));
  const floor = Math.max(...powers) * 10 ** -2.5;
  const voiced = powers.filter((power) => power > floor);
  return 10 * Math.log10(voiced.reduce((sum, power) => sum + power, 0) / voiced.length);
}

function windowPowers(samples: Float64Array, window: number): number[] {
  return Array.from({ length: Math.floor(samples.length / window) }, (_, n) => {
    const cut = samples.subarray(n * window, (n + 1) * window);
    return cut.reduce((sum, x) => sum + x * x, 0) / window;
  });
}

/** Brings speech to a level; peaks over −3 dBFS are rounded off as a handset's compressor would. */
export function setLevel(samples: Float64Array, rateHz: number, levelDbfs: number): Float64Array {
  const gain = 10 ** ((levelDbfs - speechLevelDbfs(samples, rateHz)) / 20);
  const knee = 0.5;
  return samples.map((x) => {
    const y = x * gain;
    const over = Math.abs(y) - knee;
    return over <= 0 ? y : Math.sign(y) * (knee + 0.4 * Math.tanh(over / 0.4));
  });
}

/** A quiet room, `levelDbfs` RMS: low-passed noise, repeatable by its seed. */
export function roomNoise(length: number, levelDbfs: number, seed: number): Float64Array {
  let state = seed >>> 0 || 1;
  let smooth = 0;
  const raw = Float64Array.from({ length }, () => {
    // Numerical Recipes' LCG is random enough for a hiss.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    smooth = 0.75 * smooth + 0.25 * (state / 2 ** 31 - 1);
    return smooth;
  });
  const rms = Math.sqrt(raw.reduce((sum, x) => sum + x * x, 0) / Math.max(1, length));
  const gain = 10 ** (levelDbfs / 20) / (rms || 1);
  return raw.map((x) => x * gain);
}
