import type { LabelledPrompt } from '../labelled.ts';
import { pauseKind, saidBetween, type PauseKind } from './turn.ts';

/** The speaker was told to be done, and had more to say. */
export interface CutOff {
  /** Of the recording. */
  readonly atMs: number;
  readonly kind: PauseKind;
  /** What he had said by then. */
  readonly said: string;
}

/** What a decider made of one turn. */
export interface Outcome {
  readonly key: string;
  readonly cutOffs: readonly CutOff[];
  /** From the labelled end of speech to the decision; undefined where none came after it. */
  readonly delayMs: number | undefined;
}

/** A decision so soon after the next word's beginning was made in the pause before it. */
const BELATED_MS = 200;

/** Holds decisions (ms of the recording, rising) against the labels. */
export function outcomeOf(prompt: LabelledPrompt, endsMs: readonly number[]): Outcome {
  const endMs = prompt.spans.at(-1)![1];
  const last = endsMs.at(-1);
  return {
    key: prompt.key,
    cutOffs: endsMs
      .filter((atMs) => atMs < endMs)
      .map((atMs) => ({
        atMs: Math.round(atMs),
        kind: kindAt(prompt, atMs),
        said: saidBetween(prompt, 0, atMs),
      })),
    delayMs: last === undefined || last < endMs ? undefined : Math.round(last - endMs),
  };
}

function kindAt(prompt: LabelledPrompt, atMs: number): PauseKind {
  const at = prompt.spans.findLastIndex(([, end]) => end <= atMs);
  const next = prompt.spans[at + 1];
  return at < 0 || (next !== undefined && atMs > next[0] + BELATED_MS) ? 'inside' : pauseKind(prompt, at);
}
