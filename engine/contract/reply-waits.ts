import type { CallEvent, CallEventOf } from './call-event.ts';

/** What the caller waited for, in the order he waited. */
export const REPLY_STAGES = ['endpointing', 'recognition', 'answer'] as const;
export type ReplyStage = (typeof REPLY_STAGES)[number];

/** One pause of the caller's before he was answered. */
export interface ReplyWait {
  readonly by: 'reply' | 'filler';
  /** As he heard it; 0 where he went on speaking into the reply: he waited for nothing. */
  readonly gapMs: number;
  /** `gapMs` in all; empty where the journal does not tell. What was done ahead of its time is 0 long. */
  readonly parts: readonly { readonly stage: ReplyStage; readonly ms: number }[];
}

/**
 * The pauses before one call's replies, read off its journal event by event. The journal has wall times, a gap is the
 * recording's: the two meet where the reply is told of, within a frame (20 ms).
 */
export class ReplyWaits {
  /** By turn: it was clear that he had finished; what he said was known. Ms since 1970. */
  readonly #decided = new Map<number, number>();
  readonly #recognised = new Map<number, number>();

  /** The pause that ended with this event; undefined for events that end none. */
  note(event: CallEvent): ReplyWait | undefined {
    switch (event.type) {
      case 'turn.ended':
        this.#decided.set(event.turn, Date.parse(event.at));
        return undefined;
      case 'turn.transcribed':
      case 'turn.unrecognised':
        this.#recognised.set(event.turn, Date.parse(event.at));
        return undefined;
      case 'utterance.started':
      case 'filler.said':
        return this.#wait(event);
      default:
        return undefined;
    }
  }

  #wait(event: CallEventOf<'utterance.started' | 'filler.said'>): ReplyWait | undefined {
    const { gapMs: heardGapMs, replyTo, type } = event;
    if (heardGapMs === undefined || replyTo === undefined) return undefined;
    const gapMs = Math.max(0, heardGapMs);
    const by = type === 'filler.said' ? 'filler' : 'reply';
    const decided = this.#decided.get(replyTo);
    const recognised = this.#recognised.get(replyTo);
    if (decided === undefined || recognised === undefined) return { by, gapMs, parts: [] };
    const soundAt = firstSoundAt(event);
    const answerMs = clamp(soundAt - recognised, 0, gapMs);
    const afterDecisionMs = clamp(soundAt - decided, answerMs, gapMs);
    return {
      by,
      gapMs,
      parts: [
        { stage: 'endpointing', ms: gapMs - afterDecisionMs },
        { stage: 'recognition', ms: afterDecisionMs - answerMs },
        { stage: 'answer', ms: answerMs },
      ],
    };
  }
}

/** Ms since 1970. An utterance is told of when it begins to be heard, a filler when it has been. */
export function firstSoundAt(event: CallEventOf<'utterance.started' | 'filler.said'>): number {
  const toldAt = Date.parse(event.at);
  return event.type === 'filler.said' ? toldAt - (event.endMs - event.startMs) : toldAt;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
