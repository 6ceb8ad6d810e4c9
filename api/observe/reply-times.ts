import type { CallEvent, CallEventOf } from '../../engine/contract/call-event.ts';

/** What the caller waited for, in the order he waited. */
export const REPLY_STAGES = ['endpointing', 'recognition', 'answer'] as const;
export type ReplyStage = (typeof REPLY_STAGES)[number];

/** One pause of the caller's before he was answered. Wall times, ms since 1970. */
export interface ReplyTime {
  readonly by: 'reply' | 'filler';
  readonly fromMs: number;
  readonly toMs: number;
  /** Gapless from `fromMs` to `toMs`; empty where the journal does not tell. What was done ahead of its time is 0 long. */
  readonly stages: readonly { readonly stage: ReplyStage; readonly fromMs: number; readonly toMs: number }[];
}

interface Heard {
  readonly decided: Map<number, number>;
  readonly recognised: Map<number, number>;
}

/** Calls whose end this process never stores (another one ended them) are forgotten when so many others came. */
const MAX_CALLS = 2_000;

/**
 * Reads the pauses before replies off the journal, event by event, of any number of calls at once. The journal's wall
 * times and the recording's clock meet where a reply is told of: within a frame, 20 ms.
 */
export class ReplyTimes {
  readonly #calls = new Map<string, Heard>();

  /** The pause that ended with this event; undefined for events that end none. */
  note(event: CallEvent): ReplyTime | undefined {
    switch (event.type) {
      case 'turn.ended':
        this.#heard(event.callId).decided.set(event.turn, Date.parse(event.at));
        return undefined;
      case 'turn.transcribed':
      case 'turn.unrecognised':
        this.#heard(event.callId).recognised.set(event.turn, Date.parse(event.at));
        return undefined;
      case 'utterance.started':
        return this.#pause(event, Date.parse(event.at));
      case 'filler.said':
        // Told of when it has been heard, an utterance when it begins to be.
        return this.#pause(event, Date.parse(event.at) - (event.endMs - event.startMs));
      case 'call.ended':
        this.#calls.delete(event.callId);
        return undefined;
      default:
        return undefined;
    }
  }

  #pause(event: CallEventOf<'utterance.started' | 'filler.said'>, toMs: number): ReplyTime | undefined {
    const { gapMs, replyTo, callId, type } = event;
    if (gapMs === undefined || replyTo === undefined) return undefined;
    // Negative where he went on speaking into the reply: he waited for nothing.
    const fromMs = Math.min(toMs, toMs - gapMs);
    const by = type === 'filler.said' ? 'filler' : 'reply';
    const heard = this.#calls.get(callId);
    const [decided, recognised] = [heard?.decided.get(replyTo), heard?.recognised.get(replyTo)];
    if (decided === undefined || recognised === undefined) return { by, fromMs, toMs, stages: [] };
    const decidedMs = clamp(decided, fromMs, toMs);
    const recognisedMs = clamp(recognised, decidedMs, toMs);
    return {
      by,
      fromMs,
      toMs,
      stages: [
        { stage: 'endpointing', fromMs, toMs: decidedMs },
        { stage: 'recognition', fromMs: decidedMs, toMs: recognisedMs },
        { stage: 'answer', fromMs: recognisedMs, toMs },
      ],
    };
  }

  #heard(callId: string): Heard {
    let heard = this.#calls.get(callId);
    if (heard === undefined) {
      heard = { decided: new Map(), recognised: new Map() };
      this.#calls.set(callId, heard);
      const [oldest] = this.#calls.keys();
      if (this.#calls.size > MAX_CALLS && oldest !== undefined) this.#calls.delete(oldest);
    }
    return heard;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
