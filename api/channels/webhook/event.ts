import type { CallView } from '../../../engine/contract/fold-call.ts';
import { toCallSession } from '../../../engine/contract/fold-call.ts';
import type { CallCompletedEvent } from '../../schemas/webhook.ts';

/** The one kind of event there is. */
export const CALL_COMPLETED = 'call.completed';

export interface EventFacts {
  readonly id: string;
  readonly at: Date;
  /** Where the world reaches this server, without a slash at its end; without it no link to the recording is made. */
  readonly publicUrl: string | undefined;
}

/** What the customer's server is told of an ended call, also of one that nobody answered. */
export function callCompleted(view: CallView, { id, at, publicUrl }: EventFacts): CallCompletedEvent {
  const { callId, recording, interest, reason, spokenLanguage } = view;
  const linked = recording !== null && publicUrl !== undefined;
  return {
    id,
    type: CALL_COMPLETED,
    timestamp: at.toISOString(),
    data: {
      call: toCallSession(view),
      interest,
      reason,
      language: spokenLanguage,
      recording_url: linked ? `${publicUrl}/recordings/${callId}` : null,
    },
  };
}
