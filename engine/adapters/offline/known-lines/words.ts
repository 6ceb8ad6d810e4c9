import { BLOCK_FRAMES, type PlacedBlock } from './alignment.ts';
import type { Template } from './template.ts';

/** What a walk through the templates says, and how well it explains what was heard. */
export interface Reading {
  readonly text: string;
  readonly language: Template['line']['language'] | undefined;
  /** Share of the voiced blocks that were found. */
  readonly explained: number;
  /** Mean share of wrong bits where they were. */
  readonly error: number;
  /** How long the found stretch is, in the template's frames. */
  readonly frames: number;
}

/** Words are heard when at least this share of their time is. */
const WORD_SHARE = 0.55;
/** Less of a phrase than this is not enough to say that it was said. */
const PHRASE_SHARE = 0.35;
/** At the edges of a turn a block reaches less far than the word it belongs to. */
const EDGE_FRAMES = 12;

interface Stretch {
  readonly template: Template;
  from: number;
  to: number;
  blocks: number;
}

/** Reads the words off the blocks' places. */
export function readWords(blocks: readonly PlacedBlock[]): Reading {
  const found = blocks.flatMap(({ place }) => (place === undefined ? [] : [place]));
  const stretches: Stretch[] = [];
  for (const { template, frame } of found) {
    const last = stretches.at(-1);
    if (last !== undefined && last.template === template && frame >= last.from && frame - last.to < BLOCK_FRAMES * 3) {
      last.to = Math.max(last.to, frame + BLOCK_FRAMES);
      last.blocks += 1;
    } else {
      stretches.push({ template, from: frame, to: frame + BLOCK_FRAMES, blocks: 1 });
    }
  }
  const text = stretches.map(wordsOf).filter((words) => words !== '').join(' ');
  const longest = stretches.reduce<Stretch | undefined>((a, b) => (a === undefined || b.blocks > a.blocks ? b : a), undefined);
  return {
    text,
    language: longest?.template.line.language,
    explained: blocks.length === 0 ? 0 : found.length / blocks.length,
    error: found.length === 0 ? 1 : found.reduce((sum, place) => sum + place.error, 0) / found.length,
    frames: stretches.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0),
  };
}

function wordsOf({ template, from, to }: Stretch): string {
  const covered = (start: number, end: number) =>
    Math.max(0, Math.min(end, to + EDGE_FRAMES) - Math.max(start, from - EDGE_FRAMES)) / Math.max(1, end - start);
  const phraseShare = template.line.phrases.map(({ startMs, endMs }) => covered(startMs / 10, endMs / 10));
  return template.words
    .filter((word) => phraseShare[word.phrase]! >= PHRASE_SHARE && covered(word.startFrame, word.endFrame) >= WORD_SHARE)
    .map((word) => word.text)
    .join(' ');
}
