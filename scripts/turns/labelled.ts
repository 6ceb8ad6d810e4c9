import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseWav } from '../../engine/media/wav.ts';
import type { PromptLanguage } from '../latency/prompts.ts';

/** Speech from … to, ms. */
export type SpeechSpan = readonly [fromMs: number, toMs: number];

/** What was marked by hand in one recording. */
export interface PromptLabels {
  /** At least one, in order. */
  readonly spans: readonly SpeechSpan[];
  /** What is said in each of them. */
  readonly words: readonly string[];
  /** Of the WAV file: the first 16 hex digits of its SHA-256. */
  readonly sha256: string;
}

/** A recorded prompt and where its speech was marked by hand. */
export interface LabelledPrompt extends Omit<PromptLabels, 'sha256'> {
  /** `ru/vm-goodbye`. */
  readonly key: string;
  readonly language: PromptLanguage;
  /** 8 kHz. */
  readonly pcm: Int16Array;
}

interface LabelsFile {
  readonly prompts: Readonly<
    Record<
      string,
      {
        readonly sha256: string;
        readonly spans: readonly (readonly [fromMs: number, toMs: number, words: string])[];
      }
    >
  >;
}

const LABELS = new URL('../../seeds/turn-labels/prompts.json', import.meta.url);

/** The labels as they stand in seeds/. Throws RangeError where spans are out of order or overlap. */
export function readLabels(): ReadonlyMap<string, PromptLabels> {
  const { prompts } = JSON.parse(readFileSync(LABELS, 'utf8')) as LabelsFile;
  return new Map(
    Object.entries(prompts).map(([key, { sha256, spans }]) => {
      const edges = spans.flatMap(([from, to]) => [from, to]);
      const rises = edges.every((ms, at) => at === 0 || ms > edges[at - 1]!);
      if (edges.length === 0 || !rises) throw new RangeError(`the labels of ${key} are not in order`);
      return [
        key,
        {
          sha256,
          spans: spans.map(([from, to]) => [from, to] as const),
          words: spans.map(([, , words]) => words),
        },
      ];
    }),
  );
}

/**
 * The labelled prompts among the unpacked ones of `root`. Rejects with RangeError where there are none, and where one is not
 * the recording that was labelled; as readFile does where one is missing.
 */
export async function readLabelled(root: string): Promise<readonly LabelledPrompt[]> {
  const sounds = join(root, 'usr/share/asterisk/sounds');
  const folders = await readdir(sounds).catch((error: unknown) => {
    throw new RangeError(
      `no recordings in ${root}: --sounds names the folder that holds usr/, or is left out, and they are fetched`,
      { cause: error },
    );
  });
  const others: string[] = [];
  const prompts = await Promise.all(
    [...readLabels()].map(async ([key, { sha256, spans, words }]) => {
      const language: PromptLanguage = key.startsWith('ru/') ? 'ru' : 'en';
      const folder = folders.find((one) => one.startsWith(`${language}_`)) ?? language;
      const bytes = await readFile(join(sounds, folder, `${key.slice(language.length + 1)}.wav`));
      if (fingerprint(bytes) !== sha256) others.push(key);
      const { rateHz, samples } = parseWav(bytes);
      const [pcm] = samples;
      if (pcm === undefined || rateHz !== 8000)
        throw new RangeError(`${key} is ${rateHz} Hz: the labels are of Debian's 8 kHz prompts`);
      return { key, language, pcm, spans, words };
    }),
  );
  if (others.length > 0)
    throw new RangeError(
      `${others.length} of ${prompts.length} recordings are not those that were labelled (${others.slice(0, 5).join(', ')}${others.length > 5 ? ', …' : ''}): the package has changed. Take asterisk-core-sounds 1.6.1-1 (--sounds DIR), or label them anew in seeds/turn-labels/prompts.json`,
    );
  return prompts;
}

function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}
