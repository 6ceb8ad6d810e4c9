import type { SpokenLanguage } from '../../engine/contract/languages.ts';
import { seededRandom } from '../../engine/far-end/random.ts';
import { pausesIn, voicedSpans, type Span } from './sound-shape.ts';

export type PromptLanguage = Extract<SpokenLanguage, 'ru' | 'en'>;

/** A recorded human sentence with its words. */
export interface Prompt {
  /** Names it in the log: `ru/vm-goodbye`. */
  readonly key: string;
  readonly language: PromptLanguage;
  readonly file: string;
  readonly text: string;
  readonly rateHz: number;
  readonly pcm: Int16Array;
  /** The voice by energy; never empty. */
  readonly voiced: readonly Span[];
  /** Silences inside the sentence that a hasty listener could take for its end. */
  readonly pauses: readonly Span[];
}

const SHORTEST_MS = 1_000;
const LONGEST_MS = 8_000;
const FEWEST_WORDS = 3;
/** From a capital letter to a mark at the end; «…to leave the conference.» is a piece of one. */
const SENTENCE = /^[\p{Lu}«"].*(?<!\.\. ?)[.!?][»"]?$/u;
const PAUSE_MS = 250;
/** Folders of letters and numbers: names of signs are no sentences. */
const SPELT = /\/(?:digits|letters|phonetic|silence|dictate)\//;
/** One turn in this many is a sentence with a pause inside. */
const WITH_PAUSE_EVERY = 3;

/** The texts of Debian's `core-sounds-*.txt`: `name: words` a line. Names of tones and notes in brackets are left out. */
export function parseTexts(file: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const line of file.split(/\r?\n/)) {
    const [, name, text = ''] = /^([\w/-]+):\s+(.*)$/.exec(line) ?? [];
    // One line of the Russian list repeats its name.
    const words = text
      .replace(/^[\w/-]+:\s+/, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
    if (name !== undefined && words !== '' && !/[[\]<>]/.test(words)) texts.set(name, words);
  }
  return texts;
}

/** The recording as a caller's turn, or undefined where it is none: too short, too long, a word or two. */
export function promptOf(
  recording: Pick<Prompt, 'key' | 'language' | 'file' | 'text' | 'rateHz' | 'pcm'>,
): Prompt | undefined {
  const { text, pcm, rateHz } = recording;
  if (SPELT.test(recording.key)) return undefined;
  const lengthMs = (pcm.length / rateHz) * 1000;
  if (lengthMs < SHORTEST_MS || lengthMs > LONGEST_MS) return undefined;
  if (!SENTENCE.test(text)) return undefined;
  if (text.split(' ').filter((word) => /\p{L}/u.test(word)).length < FEWEST_WORDS) return undefined;
  const voiced = voicedSpans(pcm, rateHz);
  if (voiced.length === 0) return undefined;
  return { ...recording, voiced, pauses: pausesIn(voiced, PAUSE_MS) };
}

/** The same sentence by a slower thinker: its pauses last at least `leastMs`, the added part is the pause's own sound. */
export function stretchPauses(prompt: Prompt, leastMs: number): Prompt {
  const { pcm, rateHz, pauses } = prompt;
  const parts: Int16Array[] = [];
  let done = 0;
  for (const { startMs, endMs } of pauses) {
    const middle = Math.round(((startMs + endMs) / 2000) * rateHz);
    const missing = Math.round(((leastMs - (endMs - startMs)) / 1000) * rateHz);
    parts.push(pcm.subarray(done, middle));
    done = middle;
    const pause = pcm.subarray(Math.round((startMs / 1000) * rateHz), middle);
    for (let left = missing; left > 0; left -= pause.length) parts.push(pause.subarray(0, left));
  }
  const longer = Int16Array.from([...parts, pcm.subarray(done)].flatMap((part) => [...part]));
  const voiced = voicedSpans(longer, rateHz);
  return { ...prompt, pcm: longer, voiced, pauses: pausesIn(voiced, PAUSE_MS) };
}

/**
 * The turns of `calls` calls, `turns` each: one language a call, no sentence twice, every third one with a pause inside
 * while there are any. The same seed chooses the same. Throws RangeError where there are too few.
 */
export function choosePrompts(
  prompts: readonly Prompt[],
  order: { readonly calls: number; readonly turns: number; readonly seed: number },
): readonly (readonly Prompt[])[] {
  const random = seededRandom(order.seed);
  const once = [...new Map(prompts.map((prompt) => [prompt.text.toLowerCase(), prompt])).values()];
  const pools = new Map(
    (['ru', 'en'] as const).map((language) => {
      const own = shuffled(
        once.filter((prompt) => prompt.language === language).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
        random,
      );
      const paused = own.filter(({ pauses }) => pauses.length > 0);
      return [language, { paused, plain: own.filter(({ pauses }) => pauses.length === 0) }];
    }),
  );
  let taken = 0;
  return Array.from({ length: order.calls }, (_, call) => {
    const pool = pools.get(call % 2 === 0 ? 'ru' : 'en')!;
    return Array.from({ length: order.turns }, () => {
      taken += 1;
      const [first, second] =
        taken % WITH_PAUSE_EVERY === 0 ? [pool.paused, pool.plain] : [pool.plain, pool.paused];
      const prompt = first.shift() ?? second.shift();
      if (prompt === undefined)
        throw new RangeError(
          `${order.calls} calls of ${order.turns} turns need more prompts than there are: take fewer`,
        );
      return prompt;
    });
  });
}

function shuffled<T>(values: readonly T[], random: () => number): readonly T[] {
  return values
    .map((value) => ({ value, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ value }) => value);
}
