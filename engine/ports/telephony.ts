import type { FarEndOrder } from '../contract/call-plan.ts';
import type { LineOutcome } from '../contract/call-event.ts';
import type { CallId } from '../contract/ids.ts';
import type { MediaAddress } from './media-transport.ts';

export interface DialRequest {
  readonly callId: CallId;
  /** E.164; may be empty with `answeredBy`. */
  readonly phone: string;
  /** Our RTP socket, bound already: where the far end's PCMU packets (RFC 3551, PT 0, 20 ms) must be sent. */
  readonly localMedia: MediaAddress;
  /** The adapter ends the attempt as `no_answer` after this long without an answer. */
  readonly ringTimeoutMs: number;
  readonly language: string;
  /** Only simulated subscribers read it: the simulator's and the local carrier's. */
  readonly farEnd?: FarEndOrder;
  /** Present: a call that came in (`IncomingCall.id`) is answered, and nobody is dialled. */
  readonly incoming?: string;
  /** Present: the phone that was made for this call rings in the visitor's page (ports/browser-phone.ts). */
  readonly answeredBy?: 'browser';
}

/** Somebody calls us. It rings until it is answered by `dial` with its id, refused, or given up. */
export interface IncomingCall {
  readonly id: string;
  /** The caller's number as the network wrote it; empty where it is withheld. */
  readonly from: string;
  /** The number that was called, as the network wrote it. */
  readonly to: string;
  /** Ends it unanswered, with «rejected» (603). Idempotent. */
  refuse(): void;
}

/** Whether calls can be made now. `reason` is for people, in Russian. */
export type TelephonyState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'away'; readonly reason: string; readonly sinceMs: number };

/** What an adapter tells of a line, in this order: ringing* answered? (dtmf*) ended. `ended` always comes, once, last. */
export type LineEvent =
  | { readonly type: 'ringing' }
  /** Answered by the person (never early media). `remote` is the only address whose packets count. */
  | { readonly type: 'answered'; readonly remote: MediaAddress }
  | { readonly type: 'dtmf'; readonly digit: string }
  | {
      readonly type: 'ended';
      readonly outcome: LineOutcome;
      /** For people, in Russian: «абонент занят». */
      readonly reason: string;
      /** The provider's own cause: `486`, `Q.850 17`. */
      readonly cause?: string;
    };

export interface Line {
  /** Asks for hang-up. Idempotent; `ended` with `hangup_near` follows (or has come already). */
  hangup(): void;
}

/** A way to reach people by phone. */
export interface Telephony {
  /** `simulator`, `asterisk`, … as the API and the screen name it. */
  readonly name: string;
  /** True where no real network is dialled. */
  readonly simulated: boolean;
  /**
   * Dials. Never throws: what goes wrong comes as `ended` with outcome `error`.
   * Aborting `signal` hangs up. Events arrive asynchronously, never from inside `dial`.
   */
  dial(request: DialRequest, onEvent: (event: LineEvent) => void, signal: AbortSignal): Line;
  /** While it is `away`, `dial` ends at once with outcome `error` and the same reason. It comes back by itself. */
  state(): TelephonyState;
  /** Sets the one listener to calls that come in; without one they are refused. Adapters that have none never call it. */
  onIncoming(listener: (call: IncomingCall) => void): void;
  /** Ends every line and frees what it holds. Idempotent. */
  close(): Promise<void>;
}
