import { dirname, resolve } from 'node:path';
import type { SpokenLanguage } from '../../engine/contract/languages.ts';
import { readAudioFile } from '../../engine/far-end/audio-file.ts';
import type { CallerLine } from '../../engine/far-end/caller-voices.ts';
import type { KnownLine } from '../../engine/adapters/offline/known-lines/known-line.ts';
import { Resampler } from '../../engine/media/resampler.ts';
import type { TextToSpeech } from '../../engine/ports/speech.ts';
import { seededRandom } from '../../engine/far-end/random.ts';
import { cough, noiseBurst } from '../turns/not-speech.ts';
import { ScenarioError } from './read.ts';
import type { Saying } from './schema.ts';

/** What a step of the caller sounds like, and what a recogniser should make of it; '' where it is no speech. */
export interface CallerSound {
  readonly text: string;
  readonly pcm: Int16Array;
  /** Present where the offline recogniser does not know it yet. */
  readonly unknown?: KnownLine;
}

export interface SoundDeps {
  readonly lines: readonly CallerLine[];
  readonly tts: TextToSpeech;
  /** The scenario's own file: sounds are named beside it. */
  readonly file: string;
  readonly language: SpokenLanguage;
  readonly seed: number;
}

const RATE_HZ = 8000;
/** −50 dBFS: what is softer at both ends of a recording is silence. */
const AUDIBLE = 100;

/** Makes the sound of a step. Rejects with ScenarioError that names the file and the way out. */
export async function callerSound(saying: Saying, deps: SoundDeps): Promise<CallerSound> {
  if (typeof saying === 'string') return spoken(saying, deps);
  if ('text' in saying) return spoken(saying.text, deps);
  if ('line' in saying) {
    const line = deps.lines.find(({ id }) => id === saying.line);
    if (line !== undefined) return { text: line.text, pcm: line.pcm };
    throw new ScenarioError([
      `${deps.file}: нет встроенной реплики ${saying.line}; все названы в seeds/voices/manifest.json`,
    ]);
  }
  if ('file' in saying) {
    const pcm = await readAudioFile(resolve(dirname(deps.file), saying.file)).catch((error: unknown) => {
      throw new ScenarioError([`${deps.file}: ${error instanceof Error ? error.message : String(error)}`]);
    });
    return known(saying.heard ?? '', pcm, deps);
  }
  switch (saying.sound) {
    case 'cough':
      return { text: '', pcm: cough(deps.seed) };
    case 'burst':
      return { text: '', pcm: noiseBurst(deps.seed) };
    case 'mm':
      return { text: '', pcm: hum(deps.seed) };
  }
}

/** Another voice than the assistant's. */
async function spoken(text: string, deps: SoundDeps): Promise<CallerSound> {
  const chunks: Int16Array[] = [];
  let rateHz = RATE_HZ;
  const signal = AbortSignal.timeout(20_000);
  for await (const pcm of deps.tts.speak({ text, language: deps.language, voice: 'male' }, signal)) {
    chunks.push(pcm.samples);
    rateHz = pcm.rateHz;
  }
  const resampler = new Resampler({ fromHz: rateHz, toHz: RATE_HZ });
  const all = [...chunks.map((chunk) => resampler.push(chunk)), resampler.flush()].flatMap((part) => [
    ...part,
  ]);
  resampler.free();
  return known(text, Int16Array.from(all), deps);
}

function known(text: string, pcm: Int16Array, { language }: SoundDeps): CallerSound {
  if (text === '') return { text, pcm };
  const first = pcm.findIndex((sample) => Math.abs(sample) > AUDIBLE);
  const last = pcm.findLastIndex((sample) => Math.abs(sample) > AUDIBLE);
  const phrase = { text, startMs: Math.round(first / 8), endMs: Math.round(last / 8) };
  return { text, pcm, unknown: { id: `scenario-${text}`, language, phrases: [phrase], pcm } };
}

/** «Угу» with a shut mouth: 0.3 s of a low voice. */
function hum(seed: number): Int16Array {
  const pitchHz = 110 + 40 * seededRandom(seed)();
  const length = Math.round(0.3 * RATE_HZ);
  return Int16Array.from({ length }, (_, i) => {
    const t = i / RATE_HZ;
    const envelope = Math.sin((Math.PI * i) / length);
    return (
      4_000 * envelope * (Math.sin(2 * Math.PI * pitchHz * t) + 0.4 * Math.sin(4 * Math.PI * pitchHz * t))
    );
  });
}
