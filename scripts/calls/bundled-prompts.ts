import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCallerVoices, readManifest } from '../../engine/far-end/caller-voices.ts';
import { voicedSpans } from '../latency/sound-shape.ts';
import type { Prompt } from '../latency/prompts.ts';

const VOICES = fileURLToPath(new URL('../../seeds/voices', import.meta.url));
const RATE_HZ = 8_000;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 4_000;

/** The bundled callers' lines of one to four seconds as prompts: they need no download. */
export async function bundledPrompts(): Promise<readonly Prompt[]> {
  const [lines, manifest] = await Promise.all([
    loadCallerVoices(VOICES),
    readManifest(join(VOICES, 'manifest.json')),
  ]);
  return lines.flatMap(({ id, language, text, pcm }) => {
    const entry = manifest.lines.find((one) => one.id === id);
    const lengthMs = (pcm.length / RATE_HZ) * 1000;
    if (entry === undefined || lengthMs < SHORTEST_MS || lengthMs > LONGEST_MS) return [];
    if (language !== 'ru' && language !== 'en') return [];
    const voiced = voicedSpans(pcm, RATE_HZ);
    if (voiced.length === 0) return [];
    return {
      key: id,
      language,
      file: join(VOICES, entry.file),
      text,
      rateHz: RATE_HZ,
      pcm,
      voiced,
      pauses: [],
    };
  });
}
