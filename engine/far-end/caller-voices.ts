import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import type { PersonaName } from '../contract/call-plan.ts';
import { CallerVoicesManifest, type VoicePhrase } from '../contract/caller-voices.ts';
import type { SpokenLanguage } from '../contract/languages.ts';
import { parseWav } from '../media/wav.ts';

/** A bundled caller's line: what is said, and how it sounds (8 kHz, mono). */
export interface CallerLine {
  readonly id: string;
  readonly persona: PersonaName;
  readonly language: SpokenLanguage;
  readonly text: string;
  readonly phrases: readonly VoicePhrase[];
  readonly pcm: Int16Array;
}

/**
 * Reads `manifest.json` and its recordings, in the order of each conversation. Rejects with the file's name when one
 * is missing or is not what the manifest says.
 */
export async function loadCallerVoices(folder: string): Promise<readonly CallerLine[]> {
  const manifest = await readManifest(join(folder, 'manifest.json'));
  return Promise.all(
    manifest.lines.map(async ({ id, persona, language, text, phrases, file }) => ({
      id,
      persona,
      language,
      text,
      phrases,
      pcm: await readRecording(join(folder, file)),
    })),
  );
}

/** Reads and checks a voices manifest. */
export async function readManifest(path: string): Promise<CallerVoicesManifest> {
  const manifest: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (Value.Check(CallerVoicesManifest, manifest)) return manifest;
  const [first] = Value.Errors(CallerVoicesManifest, manifest);
  throw new Error(
    `${path} does not describe the callers' voices: ${first?.instancePath ?? ''} ${first?.message ?? ''}`,
  );
}

async function readRecording(path: string): Promise<Int16Array> {
  const { rateHz, samples } = parseWav(await readFile(path));
  const [mono] = samples;
  if (rateHz !== 8000 || samples.length !== 1 || mono === undefined)
    throw new Error(`${path}: 8 kHz mono is expected`);
  return mono;
}
