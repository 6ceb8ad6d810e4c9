/**
 * Makes seeds/voices from seeds/voices-script.json. For the maintainer; the recordings are in the repository.
 *
 *   npx tsx scripts/record-voices.ts            all lines, and the manifest
 *
 * Needs `RHVoice-test` on the PATH with the voices named in the script (Debian: rhvoice, rhvoice-russian,
 * rhvoice-english, in contrib and non-free). Only voices that may be used commercially are named there: see
 * seeds/voices/LICENSES.md before adding one.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallerVoicesManifest, VoicePhrase } from '../engine/contract/caller-voices.ts';
import type { PersonaName } from '../engine/contract/call-plan.ts';
import type { Disposition } from '../engine/contract/call-session.ts';
import { writeWav } from '../engine/media/wav.ts';
import { resample, roomNoise, setLevel, telephoneBand, trimSilence } from './record-voices.dsp.ts';

const RATE_HZ = 8000;
const LEAD_MS = 150;
const ROOM_BELOW_SPEECH_DB = 38;
const LANGUAGES = ['ru', 'en'] as const;
type Language = (typeof LANGUAGES)[number];

interface Voice {
  readonly voice: string;
  readonly pitch: number;
  readonly rate: number;
  readonly tract: number;
  readonly levelDbfs: number;
}
type Phrases = readonly (readonly [text: string, pauseMs: number])[];
interface Script {
  readonly voices: Partial<Record<PersonaName, Record<Language, Voice>>>;
  readonly unknown: Record<Language, readonly { id: string; as: PersonaName; phrases: Phrases }[]>;
  readonly lines: Record<
    PersonaName,
    { disposition: Disposition } & Record<Language, readonly { id: string; phrases: Phrases }[]>
  >;
}

const folder = join(import.meta.dirname, '../seeds/voices');
const script = JSON.parse(
  readFileSync(join(import.meta.dirname, '../seeds/voices-script.json'), 'utf8'),
) as Script;
const scratch = mkdtempSync(join(tmpdir(), 'record-voices-'));

try {
  writeManifest({
    about: 'The bundled callers’ recordings. Made by scripts/record-voices.ts from seeds/voices-script.json.',
    rateHz: RATE_HZ,
    lines: (Object.keys(script.lines) as PersonaName[]).flatMap((persona) =>
      LANGUAGES.flatMap((language) =>
        script.lines[persona][language].map((line) => ({
          ...record(line.id, language, line.phrases, voiceOf(persona, language)),
          persona,
          disposition: script.lines[persona].disposition,
        })),
      ),
    ),
    unknown: LANGUAGES.flatMap((language) =>
      script.unknown[language].map((line) => ({
        ...record(line.id, language, line.phrases, voiceOf(line.as, language)),
        persona: null,
      })),
    ),
  });
} finally {
  rmSync(scratch, { recursive: true });
}

function voiceOf(persona: PersonaName, language: Language): Voice {
  const voice = script.voices[persona]?.[language];
  if (voice === undefined) {
    throw new Error(
      `${persona} has no ${language} voice: add one under "voices" in seeds/voices-script.json`,
    );
  }
  return voice;
}

function record(id: string, language: Language, phrases: Phrases, voice: Voice) {
  const lead = (LEAD_MS * RATE_HZ) / 1000;
  const spoken = phrases.map(([text, pauseMs]) => ({ text, pauseMs, samples: speak(text, voice) }));
  const speech = join64(
    spoken.flatMap(({ samples, pauseMs }) => [samples, new Float64Array((pauseMs * RATE_HZ) / 1000)]),
  );
  const levelled = setLevel(telephoneBand(speech, RATE_HZ), RATE_HZ, voice.levelDbfs);
  const line = join64([new Float64Array(lead), levelled, new Float64Array(lead)]);
  const room = roomNoise(line.length, voice.levelDbfs - ROOM_BELOW_SPEECH_DB, hash(id));
  const sound = toPcm(line.map((x, n) => x + (room[n] ?? 0)));
  writeFileSync(join(folder, `${id}.wav`), writeWav(RATE_HZ, [sound]));

  let at = lead;
  const marks: VoicePhrase[] = spoken.map(({ text, pauseMs, samples }) => {
    const mark = { text, startMs: toMs(at), endMs: toMs(at + samples.length) };
    at += samples.length + (pauseMs * RATE_HZ) / 1000;
    return mark;
  });
  const text = phrases.map(([words]) => words).join(' ');
  console.log(`${id.padEnd(24)} ${toMs(line.length)} ms  ${voice.levelDbfs} dBFS  ${text}`);
  return {
    id,
    language,
    text,
    file: `${id}.wav`,
    durationMs: toMs(line.length),
    phrases: marks,
    voice: `RHVoice ${voice.voice}, pitch ${voice.pitch}, rate ${voice.rate}, tract ${voice.tract}`,
    licence: 'LGPL-2.1-or-later',
  };
}

/** One phrase by the synthesiser, at 8 kHz, without the quiet around it. */
function speak(text: string, { voice, pitch, rate, tract }: Voice): Float64Array {
  const file = join(scratch, 'phrase.wav');
  // The tract factor is made by resampling, which also hurries: the synthesiser speaks so much slower.
  const args = ['-p', voice, '-t', `${pitch}`, '-r', `${Math.round(rate / tract)}`, '-o', file];
  execFileSync('RHVoice-test', args, { input: text, timeout: 20_000, stdio: ['pipe', 'ignore', 'inherit'] });
  const { samples, rateHz } = readSynthesised(file);
  return trimSilence(resample(samples, rateHz, RATE_HZ, tract), RATE_HZ);
}

/** RHVoice writes plain 16-bit mono PCM WAV files; nothing else is expected here. */
function readSynthesised(file: string): { samples: Float64Array; rateHz: number } {
  const bytes = readFileSync(file);
  const data = bytes.indexOf('data', 12, 'latin1') + 8;
  const words = new Int16Array(bytes.buffer.slice(bytes.byteOffset + data, bytes.byteOffset + bytes.length));
  return { samples: Float64Array.from(words, (x) => x / 32768), rateHz: bytes.readUInt32LE(24) };
}

function toPcm(samples: Float64Array): Int16Array {
  return Int16Array.from(samples, (x) => Math.round(Math.max(-1, Math.min(1, x)) * 32767));
}

function writeManifest(manifest: CallerVoicesManifest): void {
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function join64(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toMs(samples: number): number {
  return Math.round((samples * 1000) / RATE_HZ);
}

function hash(text: string): number {
  let value = 2166136261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16777619);
  return value >>> 0;
}
