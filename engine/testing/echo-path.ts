import { seededRandom } from '../far-end/random.ts';
import { muLawDecode, muLawEncode } from '../media/g711.ts';

const SAMPLES_PER_MS = 8;

/** How a caller's end gives our own sound back. */
export interface EchoPath {
  readonly name: string;
  /** From a sample sent to its first echo. */
  readonly delayMs: number;
  /** How much weaker the echo of speech is. */
  readonly lossDb: number;
  /** What a click comes back as, after the delay; the loss is not in it. */
  readonly response: Float64Array;
}

/** A two-to-four-wire hybrid (ITU-T G.168 draws such): a short, dispersive response. */
export function lineEcho(seed: number): EchoPath {
  const random = seededRandom(seed);
  const delayMs = Math.round(20 + 380 * random());
  const lossDb = Math.round(6 + 24 * random());
  const response = new Float64Array(8 * SAMPLES_PER_MS);
  const [hz, decayMs] = [800 + 1200 * random(), 0.6 + 1.4 * random()];
  for (let i = 0; i < response.length; i++)
    response[i] =
      Math.exp(-i / (decayMs * SAMPLES_PER_MS)) * Math.cos((2 * Math.PI * hz * i) / 8000 + random());
  response[0] = (random() < 0.5 ? -1 : 1) * 2;
  return { name: `line ${delayMs} ms −${lossDb} dB`, delayMs, lossDb, response };
}

/** A speakerphone: the loudspeaker's band, the direct sound, and a small room's decaying reflections. */
export function roomEcho(seed: number): EchoPath {
  const random = seededRandom(seed);
  const delayMs = Math.round(40 + 440 * random());
  const lossDb = Math.round(6 + 24 * random());
  const [decay60Ms, directDb] = [80 + 170 * random(), 6 * random()];
  const reflections = new Float64Array(Math.ceil(decay60Ms * SAMPLES_PER_MS));
  for (let i = 16; i < reflections.length; i++)
    reflections[i] = 10 ** ((-3 * i) / reflections.length) * (random() + random() + random() - 1.5);
  const direct = Math.sqrt(energyOf(reflections) * 10 ** (directDb / 10));
  reflections[0] = direct;
  const response = highPass(highPass(lowPass(reflections, 0.35), 0.75), 0.75);
  return {
    name: `room ${delayMs} ms −${lossDb} dB, RT60 ${Math.round(decay60Ms)} ms, direct ${directDb.toFixed(0)} dB`,
    delayMs,
    lossDb,
    response,
  };
}

/** What comes back of `sent` on a linear line, at full precision; as long as `sent`. */
export function echoOf(sent: Int16Array, path: EchoPath): Float64Array {
  const heard = muLawDecode(muLawEncode(sent));
  const shaped = new Float64Array(sent.length);
  const { response } = path;
  for (let j = 0; j < response.length; j++) {
    const tap = response[j]!;
    for (let i = j; i < shaped.length; i++) shaped[i] = shaped[i]! + tap * heard[i - j]!;
  }
  const gain = Math.sqrt(energyOf(heard) / energyOf(shaped)) * 10 ** (-path.lossDb / 20);
  const delay = path.delayMs * SAMPLES_PER_MS;
  const echo = new Float64Array(sent.length);
  for (let i = delay; i < echo.length; i++) echo[i] = shaped[i - delay]! * gain;
  return echo;
}

/** Sounds that meet on the line, as they arrive here: added, clipped, and through μ-law. */
export function onTheLine(...sounds: readonly ArrayLike<number>[]): Int16Array {
  const mixed = new Int16Array(Math.max(...sounds.map(({ length }) => length)));
  for (let i = 0; i < mixed.length; i++) {
    const sum = sounds.reduce((total, sound) => total + (sound[i] ?? 0), 0);
    mixed[i] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return muLawDecode(muLawEncode(mixed));
}

/** White noise of this RMS. */
export function lineNoise(length: number, rms: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from(
    { length },
    () => (random() + random() + random() + random() - 2) * rms * Math.sqrt(3),
  );
}

/** RMS of the loud part of speech: of its 20 ms frames within 20 dB of the loudest. */
export function speechLevel(sound: ArrayLike<number>): number {
  const powers: number[] = [];
  for (let at = 0; at + 160 <= sound.length; at += 160) {
    let power = 0;
    for (let i = at; i < at + 160; i++) power += sound[i]! ** 2 / 160;
    powers.push(power);
  }
  const loud = powers.filter((power) => power > 0.01 * Math.max(...powers));
  return Math.sqrt(loud.reduce((a, b) => a + b, 0) / Math.max(1, loud.length));
}

function energyOf(sound: ArrayLike<number>): number {
  let energy = 0;
  for (let i = 0; i < sound.length; i++) energy += sound[i]! ** 2;
  return energy;
}

function lowPass(sound: Float64Array, pole: number): Float64Array {
  let last = 0;
  return sound.map((x) => (last = (1 - pole) * x + pole * last));
}

function highPass(sound: Float64Array, pole: number): Float64Array {
  let [lastIn, lastOut] = [0, 0];
  return sound.map((x) => {
    lastOut = x - lastIn + pole * lastOut;
    lastIn = x;
    return lastOut;
  });
}
