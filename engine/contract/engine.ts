import type { BrowserPhoneDoor } from './browser-phone.ts';
import type { CallEvent } from './call-event.ts';
import type { CallPlan } from './call-plan.ts';
import type { TraceStep } from './call-trace.ts';
import type { CallId } from './ids.ts';
import type { SpokenLanguage } from './languages.ts';
import type { CallListening } from './listening.ts';
import type { MediaNumbers } from './media-numbers.ts';
import type { ProviderDoor } from './provider.ts';
import type { StateChart } from './state-chart.ts';

/** What is at work, and what of it is simulated; the screen and the API repeat it word for word. */
export interface EngineDescription {
  readonly telephony: {
    readonly name: string;
    readonly simulated: boolean;
    readonly notice: string;
    /** Why no call can be made now, in Russian; absent when all is well. */
    readonly away?: string;
    /** SIP requests of unknown senders, refused since Asterisk was started; absent where that cannot be told. */
    readonly strangers?: number;
  };
  readonly speech: {
    readonly set: 'offline' | 'openai';
    readonly recogniser: string;
    readonly operator: string;
    readonly synthesiser: string;
    readonly notice: string;
    readonly languages: readonly SpokenLanguage[];
  };
  readonly maxCalls: number;
}

/** A call that the engine has taken. */
export interface PlacedCall {
  readonly callId: CallId;
  /** Resolves when the last event of the call is in the journal. Never rejects. */
  readonly ended: Promise<void>;
  /** Hangs up. Idempotent. */
  hangup(): void;
}

/** Somebody calls us, and it rings. Answer it by placing a plan with its id as `incoming`, or refuse it. */
export interface IncomingOffer {
  readonly id: string;
  /** The caller's number as the network wrote it; empty where it is withheld. */
  readonly from: string;
  readonly to: string;
  /** Idempotent. */
  refuse(): void;
}

/** A live call, looked at from inside its machine. */
export interface WatchedCall {
  /** What has happened up to now. */
  readonly steps: readonly TraceStep[];
  /** Idempotent. */
  stop(): void;
}

export type CallEventListener = (event: CallEvent) => void;

/** The only door of the engine's rooms for the API. */
export interface CallEngine {
  /** Present where calls go through the customer's telephony provider: what it tells and sends comes in here. */
  readonly provider?: ProviderDoor;
  /** For visitors who take their call in the page itself; absent where that is switched off. */
  readonly browserPhones?: BrowserPhoneDoor;
  describe(): EngineDescription;
  /**
   * Takes a call whose `call.created` (seq 1) is in the journal already, and dials.
   * Throws EngineBusyError when no slot is free or the engine is stopping.
   */
  place(plan: CallPlan): PlacedCall;
  /** Hangs up on a call; false where this engine does not hold it (any more). */
  hangup(callId: CallId): boolean;
  /** Steps of a call's machine as they are taken; undefined where this engine does not hold the call (any more). */
  watch(callId: CallId, onStep: (step: TraceStep) => void): WatchedCall | undefined;
  /**
   * Both sides of a call as they are heard, from its answer on; it never slows the call. Undefined where this engine does
   * not hold the call (any more).
   */
  listen(callId: CallId): CallListening | undefined;
  /** The states that a live call's machine is in, as its chart names them; empty where this engine does not hold it. */
  states(callId: CallId): readonly string[];
  /** How a call's sound fares now; undefined before its answer, and where this engine does not hold the call (any more). */
  mediaNumbers(callId: CallId): MediaNumbers | undefined;
  /** The machine that every call runs on. */
  chart(): StateChart;
  /** Ids of the calls now in progress. */
  liveCalls(): readonly CallId[];
  /** 0 also while the telephony is away: calls wait in the queue. */
  freeSlots(): number;
  /** Sets the one listener to calls that come in; without one they are refused. */
  onIncoming(listener: (offer: IncomingOffer) => void): void;
  /** Hears every event of every call as it happens. Returns the unsubscriber. */
  subscribe(listener: CallEventListener): () => void;
  /** Takes no more calls, ends those in progress (at once, or after they end by themselves), frees everything. */
  stop(how: 'now' | 'drain'): Promise<void>;
}
