import { seededRandom } from '../../engine/far-end/random.ts';
import { clip } from './lines.ts';

const RATE_HZ = 8000;
const FULL_SCALE = 32_768;

/** 0.15 s of white or pink noise, −30…−8 dBFS, hard edges. */
export function noiseBurst(seed: number): Int16Array {
  const random = seededRandom(seed);
  const rms = level(-30 + 22 * random());
  const noise = random() < 0.5 ? whiteNoise(0.15, rms, seed + 1) : pinkNoise(0.15, rms, seed + 1);
  return Int16Array.from(noise, clip);
}

/**
 * A cough as acoustics describes it (Korpáš et al., "Analysis of the cough sound", 1996): an explosive burst of noise
 * shaped by the mouth (three resonances), a weaker stretch of breath, and in about half of them a last stretch in
 * which the vocal cords close: weak pulses of 110…260 Hz with much jitter, under noise. Two or three to a fit.
 * Peak −24…−6 dBFS.
 */
export function cough(seed: number): Int16Array {
  const random = seededRandom(seed);
  const between = (from: number, to: number) => from + (to - from) * random();
  const parts: number[] = [];
  const coughs = 2 + Math.floor(random() * 2);
  const mouth = [between(450, 750), between(1100, 1700), between(2300, 3200)];
  const voiced = random() < 0.55;
  for (let n = 0; n < coughs; n++) {
    const sound = singleCough({
      burstMs: between(50, 110),
      breathMs: between(80, 220),
      voicedMs: voiced ? between(50, 110) : 0,
      pitchHz: between(110, 260),
      mouth,
      random,
    });
    const strength = n === 0 ? 1 : between(0.5, 1);
    parts.push(...sound.map((value) => value * strength));
    parts.push(...new Array<number>(Math.round((between(60, 280) / 1000) * RATE_HZ)).fill(0));
  }
  const peak = parts.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const gain = (FULL_SCALE * 10 ** (between(-24, -6) / 20)) / peak;
  return Int16Array.from(parts, (value) => clip(value * gain));
}

interface CoughShape {
  readonly burstMs: number;
  readonly breathMs: number;
  readonly voicedMs: number;
  readonly pitchHz: number;
  readonly mouth: readonly number[];
  readonly random: () => number;
}

function singleCough({ burstMs, breathMs, voicedMs, pitchHz, mouth, random }: CoughShape): number[] {
  const count = Math.round(((burstMs + breathMs + voicedMs) / 1000) * RATE_HZ);
  const source = new Float64Array(count);
  let nextPulse = 0;
  for (let i = 0; i < count; i++) {
    const ms = (i / RATE_HZ) * 1000;
    const attack = Math.min(1, ms / 4);
    const loud = attack * Math.exp(-ms / (burstMs * 0.6));
    const breath = ms < burstMs ? 0 : 0.18 * Math.exp(-(ms - burstMs) / (breathMs + voicedMs));
    source[i] = (loud + breath) * gaussian(random);
    const inVoice = ms - burstMs - breathMs;
    if (inVoice > 0 && i >= nextPulse) {
      source[i]! += 1.2 * (1 - inVoice / voicedMs) * (0.7 + 0.6 * random());
      nextPulse = i + (RATE_HZ / pitchHz) * (0.92 + 0.16 * random());
    }
  }
  const shaped = mouth.map((hz, at) => resonate(source, hz, 120 + 90 * at));
  return Array.from(source, (value, i) => 0.3 * value + shaped.reduce((sum, one) => sum + one[i]!, 0));
}

/** A two-pole resonance with about the same gain at its peak whatever its width. */
function resonate(source: Float64Array, hz: number, widthHz: number): Float64Array {
  const r = Math.exp((-Math.PI * widthHz) / RATE_HZ);
  const turn = 2 * r * Math.cos((2 * Math.PI * hz) / RATE_HZ);
  let last = 0;
  let before = 0;
  return source.map((value) => {
    const out = (1 - r) * 2 * value + turn * last - r * r * before;
    before = last;
    last = out;
    return out;
  });
}

export function whiteNoise(seconds: number, rms: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: Math.round(seconds * RATE_HZ) }, () => rms * gaussian(random));
}

/** −3 dB an octave (Paul Kellet's filter), scaled to `rms`. */
export function pinkNoise(seconds: number, rms: number, seed: number): Float64Array {
  let [b0, b1, b2] = [0, 0, 0];
  const noise = whiteNoise(seconds, 1, seed).map((white) => {
    b0 = 0.99765 * b0 + white * 0.099046;
    b1 = 0.963 * b1 + white * 0.2965164;
    b2 = 0.57 * b2 + white * 1.0526913;
    return b0 + b1 + b2 + white * 0.1848;
  });
  const own = Math.sqrt(noise.reduce((sum, value) => sum + value * value, 0) / noise.length);
  return noise.map((value) => (value * rms) / own);
}

/** The mains and its harmonics. */
export function hum(seconds: number, rms: number): Float64Array {
  const partials = [50, 100, 150, 250].map((hz, at) => [hz, 1 / (at + 1)] as const);
  const own = Math.sqrt(partials.reduce((sum, [, gain]) => sum + (gain * gain) / 2, 0));
  return Float64Array.from({ length: Math.round(seconds * RATE_HZ) }, (_, i) =>
    partials.reduce(
      (sum, [hz, gain]) => sum + (rms / own) * gain * Math.sin((2 * Math.PI * hz * i) / RATE_HZ),
      0,
    ),
  );
}

/** RMS in 16-bit steps of a level in dBFS. */
export function level(dbfs: number): number {
  return FULL_SCALE * 10 ** (dbfs / 20);
}

/** Two sounds at once, as long as the first. */
export function mix(first: Int16Array, second: Float64Array): Int16Array {
  return first.map((sample, i) => clip(sample + (second[i] ?? 0)));
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
