import { Concealer } from '../../engine/media/concealer.ts';
import { muLawDecode, muLawEncode } from '../../engine/media/g711.ts';

/** What a telephone line does to a recording. */
export interface BadLine {
  readonly snrDb?: number;
  /** 0…1 of the 20 ms frames are lost, and left silent or concealed as the receiver would. */
  readonly loss?: number;
  readonly concealed?: boolean;
  /** A slip of one to three frames, either way, about every second. */
  readonly slips?: boolean;
  readonly gainDb?: number;
  /** The gain is applied even where the voice is too loud for it. */
  readonly clipped?: boolean;
}

export const LINES = {
  clean: {},
  '15 dB': { snrDb: 15 },
  '15 dB, 5 % loss': { snrDb: 15, loss: 0.05 },
  '15 dB, 5 % loss, concealed': { snrDb: 15, loss: 0.05, concealed: true },
  '15 dB, 5 % loss, slips': { snrDb: 15, loss: 0.05, concealed: true, slips: true },
  'up to 12 dB louder, loss, slips': { loss: 0.05, concealed: true, slips: true, gainDb: 12 },
  '12 dB quieter, 15 dB, 5 % loss': { snrDb: 15, loss: 0.05, gainDb: -12 },
  '12 dB louder and clipped': { gainDb: 12, clipped: true },
  '10 dB, 8 % loss': { snrDb: 10, loss: 0.08, concealed: true },
} satisfies Record<string, BadLine>;

const FRAME = 160;
/** Voice louder than about −14 dBFS would be clipped: a loud line stops there. */
const LOUDEST_RMS = 32_768 * 10 ** (-14 / 20);
/** Line sound before and after the words, up to 300 ms. */
const AROUND_SAMPLES = 2400;

/** 8 kHz in, 8 kHz out: level, noise, μ-law, and what happens to the packets. */
export function overTheLine(pcm: Int16Array, line: BadLine, random: () => number): Int16Array {
  const voice = voiceRms(pcm);
  const most = line.clipped === true ? Number.POSITIVE_INFINITY : Math.max(1, LOUDEST_RMS / voice);
  const gain = Math.min(10 ** ((line.gainDb ?? 0) / 20), most);
  const before = Math.floor(random() * AROUND_SAMPLES);
  const after = Math.floor(random() * AROUND_SAMPLES);
  const noiseRms = line.snrDb === undefined ? 2 : (voice * gain) / 10 ** (line.snrDb / 20);
  const sent = Int16Array.from({ length: before + pcm.length + after }, (_, n) =>
    clamp((pcm[n - before] ?? 0) * gain + gaussian(random) * noiseRms),
  );
  const coded = muLawDecode(muLawEncode(sent));
  return Int16Array.from(received(coded, line, random).flatMap((frame) => [...frame]));
}

function received(coded: Int16Array, line: BadLine, random: () => number): Int16Array[] {
  const concealer = new Concealer();
  const heard: Int16Array[] = [];
  const lose = (): void => {
    const frame = new Int16Array(FRAME);
    if (line.concealed === true) concealer.conceal(frame);
    heard.push(frame);
  };
  let skip = 0;
  for (let at = 0; at + FRAME <= coded.length; at += FRAME) {
    if (line.slips === true && random() < 0.02) {
      const frames = 1 + Math.floor(random() * 3);
      if (random() < 0.5) skip = frames;
      else for (let n = 0; n < frames; n += 1) lose();
    }
    if (skip > 0) {
      skip -= 1;
      continue;
    }
    if (random() < (line.loss ?? 0)) {
      lose();
      continue;
    }
    const frame = coded.slice(at, at + FRAME);
    concealer.voice(frame);
    heard.push(frame);
  }
  return heard;
}

/** RMS of what is louder than the pauses. */
function voiceRms(pcm: Int16Array): number {
  const loud = pcm.filter((sample) => Math.abs(sample) > 100);
  return loud.length === 0
    ? 1000
    : Math.sqrt(loud.reduce((sum, sample) => sum + sample * sample, 0) / loud.length);
}

function clamp(sample: number): number {
  return Math.max(-32_768, Math.min(32_767, Math.round(sample)));
}

/** Box–Muller. */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
