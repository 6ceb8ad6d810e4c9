import { wordsBetween } from '../../latency/provider-words.ts';
import type { LabelledPrompt, SpeechSpan } from '../labelled.ts';

/** `between`: the words so far end a sentence, and the turn might have been over. `inside`: it could not. */
export type PauseKind = 'inside' | 'between';

const SAMPLES_PER_MS = 8;
/** A recogniser makes a word out of all but so much of its sound. */
const OVERLOOKED_MS = 150;
const ENDS_SENTENCE = /[.!?…]["»”]?$/u;

/** What kind of pause follows the span `at`. */
export function pauseKind({ words }: Pick<LabelledPrompt, 'words'>, at: number): PauseKind {
  return ENDS_SENTENCE.test(words[at] ?? '') ? 'between' : 'inside';
}

/** The words between two moments of the recording, ms; of a span heard in part, about so many of its words. */
export function saidBetween(
  { spans, words }: Pick<LabelledPrompt, 'spans' | 'words'>,
  fromMs: number,
  toMs: number,
): string {
  return spans
    .map(([start, end], at) => {
      const share = (ms: number): number => {
        if (ms - start < OVERLOOKED_MS) return 0;
        return end - ms < OVERLOOKED_MS ? 1 : (ms - start) / (end - start);
      };
      return wordsBetween(words[at]!, share(fromMs), share(toMs));
    })
    .filter((part) => part !== '')
    .join(' ');
}

/** The same turn by a slower speaker: every labelled pause lasts `times` as long, the added part is its own sound. */
export function stretched(prompt: LabelledPrompt, times: number): LabelledPrompt {
  const parts: Int16Array[] = [];
  const spans: SpeechSpan[] = [];
  let done = 0;
  let addedMs = 0;
  for (const [at, [from, to]] of prompt.spans.entries()) {
    spans.push([from + addedMs, to + addedMs]);
    const next = prompt.spans[at + 1];
    if (next === undefined) break;
    const middle = Math.round(((to + next[0]) / 2) * SAMPLES_PER_MS);
    const added = Math.round((next[0] - to) * (times - 1)) * SAMPLES_PER_MS;
    // Of the half before the next word the first part: far from both words.
    const pause = prompt.pcm.subarray(middle, Math.round((middle + next[0] * SAMPLES_PER_MS) / 2));
    parts.push(prompt.pcm.subarray(done, middle), repeated(pause, added));
    done = middle;
    addedMs += added / SAMPLES_PER_MS;
  }
  parts.push(prompt.pcm.subarray(done));
  return { ...prompt, spans, pcm: Int16Array.from(parts.flatMap((part) => [...part])) };
}

/** To and fro, so that no jump is heard. */
function repeated(sound: Int16Array, length: number): Int16Array {
  const last = sound.length - 1;
  return Int16Array.from({ length }, (_, i) => {
    if (last < 1) return sound[0] ?? 0;
    const at = i % (2 * last);
    return sound[at <= last ? at : 2 * last - at]!;
  });
}
