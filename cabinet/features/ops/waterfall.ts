import type { CallEvent } from '../../../engine/contract/call-event.ts';
import { ReplyWaits, type ReplyWait } from '../../../engine/contract/reply-waits.ts';

/** The pause before one of the assistant's utterances. */
export interface WaitBefore extends ReplyWait {
  readonly utterance: number;
}

/** Each reply's pause in its parts, from the journal alone. */
export function replyWaits(events: readonly CallEvent[]): readonly WaitBefore[] {
  const waits = new ReplyWaits();
  return events.flatMap((event) => {
    const wait = waits.note(event);
    return wait === undefined || event.type !== 'utterance.started'
      ? []
      : [{ ...wait, utterance: event.utterance }];
  });
}
