import type { Said } from '../ports/operator.ts';

interface HistoryBounds {
  readonly maxTurns: number;
  readonly maxChars: number;
}

/** 12 pairs fit whole; a caller who talks without end does not grow the prompt without end. */
const HISTORY_BOUNDS: HistoryBounds = { maxTurns: 24, maxChars: 6_000 };

/**
 * The part of a conversation that the operator is shown: the assistant's first words (who we said we are) and the
 * newest turns that fit. Order is kept; the newest turn always stays, its end cut off if it alone is too long.
 */
export function boundHistory(
  history: readonly Said[],
  bounds: HistoryBounds = HISTORY_BOUNDS,
): readonly Said[] {
  const spoken = history.filter((turn) => turn.text.trim() !== '');
  const newest = spoken.at(-1);
  if (newest === undefined) return [];
  const last: Said = { speaker: newest.speaker, text: newest.text.slice(0, bounds.maxChars).toWellFormed() };

  const opening = spoken.length > 1 && spoken[0]?.speaker === 'assistant' ? spoken[0] : undefined;
  const head = opening && opening.text.length + last.text.length <= bounds.maxChars ? opening : undefined;
  let turns = head ? 2 : 1;
  let chars = last.text.length + (head?.text.length ?? 0);

  const tail: Said[] = [last];
  for (let i = spoken.length - 2; i >= (head ? 1 : 0); i--) {
    const turn = spoken[i];
    if (turn === undefined) break;
    turns += 1;
    chars += turn.text.length;
    if (turns > bounds.maxTurns || chars > bounds.maxChars) break;
    tail.unshift({ speaker: turn.speaker, text: turn.text });
  }
  return head ? [{ speaker: head.speaker, text: head.text }, ...tail] : tail;
}
