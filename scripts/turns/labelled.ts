import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseWav } from '../../engine/media/wav.ts';

/** Speech from … to, ms. */
export type SpeechSpan = readonly [fromMs: number, toMs: number];

/** A recorded prompt and where its speech was marked by hand. */
export interface LabelledPrompt {
  /** `ru/vm-goodbye`. */
  readonly key: string;
  readonly pcm: Int16Array;
  /** In the recording; at least one, in order. */
  readonly spans: readonly SpeechSpan[];
}

const LABELS = new URL('../../seeds/turn-labels/prompts.json', import.meta.url);

/** The labels as they stand in seeds/. Throws RangeError where spans are out of order or overlap. */
export function readLabels(): ReadonlyMap<string, readonly SpeechSpan[]> {
  const { spans } = JSON.parse(readFileSync(LABELS, 'utf8')) as {
    readonly spans: Readonly<Record<string, readonly SpeechSpan[]>>;
  };
  for (const [key, list] of Object.entries(spans)) {
    const edges = list.flat();
    const rises = edges.every((ms, at) => at === 0 || ms > edges[at - 1]!);
    if (edges.length === 0 || !rises) throw new RangeError(`the labels of ${key} are not in order`);
  }
  return new Map(Object.entries(spans));
}

/** The labelled prompts among the unpacked ones of `root`. Rejects where one is missing or is not 8 kHz mono. */
export async function readLabelled(root: string): Promise<readonly LabelledPrompt[]> {
  const sounds = join(root, 'usr/share/asterisk/sounds');
  const folders = await readdir(sounds);
  return Promise.all(
    [...readLabels()].map(async ([key, spans]) => {
      const [language = '', ...name] = key.split('/');
      const folder = folders.find((one) => one.startsWith(`${language}_`)) ?? language;
      const { rateHz, samples } = parseWav(await readFile(join(sounds, folder, `${name.join('/')}.wav`)));
      const [pcm] = samples;
      if (pcm === undefined || rateHz !== 8000)
        throw new RangeError(`${key} is ${rateHz} Hz: the labels are of Debian's 8 kHz prompts`);
      return { key, pcm, spans };
    }),
  );
}
