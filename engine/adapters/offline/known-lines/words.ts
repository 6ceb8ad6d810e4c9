import { BLOCK_FRAMES, type Alignment, type PlacedBlock } from './alignment.ts';
import type { Template } from './template.ts';

/** What a walk through the templates says, and how well it explains what was heard. */
export interface Reading {
  readonly text: string;
  readonly language: Template['line']['language'] | undefined;
  /** Share of the voiced frames that lie in a found block. */
  readonly explained: number;
  /** Mean share of wrong bits where they were. */
  readonly error: number;
}

/** Words are heard when at least this share of their time is. */
const WORD_SHARE = 0.55;
/** Less of a phrase than this is not enough to say that it was said. */
const PHRASE_SHARE = 0.35;
/** At the edges of a turn a block reaches less far than the word it belongs to. */
const EDGE_FRAMES = 18;
/** A window is 32 ms and looks 40 ms back: a sound shows in a few frames beside its own. */
const BLUR_FRAMES = 5;

/**
 * Mean error that a stretch of so many blocks may have. Chance finds one block somewhere, two in a row seldom and
 * five never: the longer the stretch, the more noise may have touched it.
 */
const WORST_ERROR = [1, 0.14, 0.165, 0.185, 0.21, 0.23];
const worstError = (blocks: number): number => WORST_ERROR[Math.min(blocks, WORST_ERROR.length - 1)]!;

interface Stretch {
  readonly template: Template;
  readonly blocks: PlacedBlock[];
  from: number;
  to: number;
  error: number;
}

/** Reads the words off the blocks' places. */
export function readWords({ blocks, voiced }: Alignment): Reading {
  const stretches = stretchesOf(blocks).filter(
    (stretch) => stretch.error <= worstError(stretch.blocks.length),
  );
  const found = stretches.flatMap((stretch) => stretch.blocks);
  const longest = stretches.toSorted((a, b) => b.blocks.length - a.blocks.length)[0];
  return {
    text: stretches
      .map(wordsOf)
      .filter((words) => words !== '')
      .join(' '),
    language: longest?.template.line.language,
    explained: explainedShare(found, voiced),
    error:
      found.length === 0
        ? 1
        : stretches.reduce((sum, { error, blocks: { length } }) => sum + error * length, 0) / found.length,
  };
}

/** Blocks that go forward in one template, without a hole that a phrase would fit in. */
function stretchesOf(blocks: readonly PlacedBlock[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const block of blocks) {
    if (block.place === undefined) continue;
    const { template, frame, error } = block.place;
    const last = stretches.at(-1);
    if (
      last !== undefined &&
      last.template === template &&
      frame >= last.from &&
      frame - last.to < BLOCK_FRAMES * 3
    ) {
      last.to = Math.max(last.to, frame + BLOCK_FRAMES);
      last.error = (last.error * last.blocks.length + error) / (last.blocks.length + 1);
      last.blocks.push(block);
    } else {
      stretches.push({ template, blocks: [block], from: frame, to: frame + BLOCK_FRAMES, error });
    }
  }
  return stretches;
}

function explainedShare(found: readonly PlacedBlock[], voiced: Uint8Array): number {
  const explained = new Uint8Array(voiced.length);
  for (const { heardFrame } of found)
    explained.fill(1, Math.max(0, heardFrame - BLUR_FRAMES), heardFrame + BLOCK_FRAMES + BLUR_FRAMES);
  const all = voiced.reduce((sum, one) => sum + one, 0);
  return all === 0 ? 0 : voiced.reduce((sum, one, frame) => sum + (one & explained[frame]!), 0) / all;
}

function wordsOf({ template, from, to }: Stretch): string {
  const covered = (start: number, end: number) =>
    Math.max(0, Math.min(end, to + EDGE_FRAMES) - Math.max(start, from - EDGE_FRAMES)) /
    Math.max(1, end - start);
  const phraseShare = template.line.phrases.map(({ startMs, endMs }) => covered(startMs / 10, endMs / 10));
  return template.words
    .filter(
      (word) =>
        phraseShare[word.phrase]! >= PHRASE_SHARE && covered(word.startFrame, word.endFrame) >= WORD_SHARE,
    )
    .map((word) => word.text)
    .join(' ');
}
