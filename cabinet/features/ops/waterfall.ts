import type { CallEvent, CallEventOf, CallEventType } from '../../../engine/contract/call-event.ts';

/** What a reply's pause was spent on, ms. */
export interface ReplyParts {
  readonly utterance: number;
  /** The pause that the caller heard. */
  readonly gapMs: number;
  /** Until it was clear that he had finished. */
  readonly endMs: number;
  /** From there to his words. */
  readonly wordsMs: number;
  /** From there to our first sound. */
  readonly replyMs: number;
}

/** Each reply's pause in its parts, from the journal alone. Positions on the recording count from the answer. */
export function replyParts(events: readonly CallEvent[]): readonly ReplyParts[] {
  const answeredAt = atOf(last(events, 'line.answered', () => true));
  if (answeredAt === undefined) return [];
  const replies = events.filter(
    (one): one is CallEventOf<'utterance.started'> => one.type === 'utterance.started',
  );
  return replies.flatMap(({ utterance, gapMs, replyTo, startMs }) => {
    if (gapMs === undefined || replyTo === undefined) return [];
    const ended = last(events, 'turn.ended', ({ turn }) => turn === replyTo);
    const words = last(events, 'turn.transcribed', ({ turn }) => turn === replyTo);
    const spokeUntil = startMs - gapMs;
    const endAt = atOf(ended);
    const end = clamp(endAt === undefined ? 0 : endAt - answeredAt - spokeUntil, gapMs);
    const wordsAt = atOf(words);
    const heard = clamp(wordsAt === undefined ? end : wordsAt - answeredAt - spokeUntil, gapMs);
    const wordsMs = Math.max(0, heard - end);
    return [{ utterance, gapMs, endMs: end, wordsMs, replyMs: Math.max(0, gapMs - end - wordsMs) }];
  });
}

function last<T extends CallEventType>(
  events: readonly CallEvent[],
  type: T,
  fits: (event: CallEventOf<T>) => boolean,
): CallEventOf<T> | undefined {
  return events.findLast(
    (event): event is CallEventOf<T> => event.type === type && fits(event as CallEventOf<T>),
  );
}

function atOf(event: CallEvent | undefined): number | undefined {
  return event === undefined ? undefined : Date.parse(event.at);
}

function clamp(ms: number, most: number): number {
  return Math.max(0, Math.min(ms, most));
}
