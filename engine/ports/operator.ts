import type { DialogTurn, Disposition } from '../contract/call-session.ts';
import type { SpokenLanguage } from '../contract/languages.ts';

/** The words of a conversation so far; without times when only the words matter. */
export type Said = Pick<DialogTurn, 'speaker' | 'text'>;

/** What the operator has to say next. */
export type OperatorTask =
  /** The call was just answered: greet, introduce the product, ask whether it is convenient. */
  | 'greet'
  /** Answer the caller's last words. */
  | 'reply'
  /** A limit is reached (or the caller says nothing): sum up in one sentence and say goodbye. */
  | 'close';

export interface OperatorRequest {
  readonly task: OperatorTask;
  /** The system prompt: the role of V5.3, made by dialogue/brief.ts. */
  readonly brief: string;
  /** The customer's own prompt as it was given; may be empty. Already inside `brief`. */
  readonly prompt: string;
  readonly language: SpokenLanguage;
  /** Oldest first; the last is the caller's when the task is `reply`. */
  readonly history: readonly Said[];
}

/** V7's last point: how the whole conversation is judged. */
export interface CallAnalysis {
  readonly finalDisposition: Exclude<Disposition, 'unknown'>;
  /** 1–2 sentences, Russian. */
  readonly shortSummary: string;
  /** What the client wants, a few words in Russian: «узнать стоимость». */
  readonly interest: string;
}

/** The mind of the call: an LLM, or rules. */
export interface Operator {
  readonly name: string;
  /**
   * Streams the next words, in pieces of any size. 1–2 short sentences. A reply that says goodbye ends the call.
   * Rejects with ProviderError (`OPERATOR_…`). Aborting stops the work behind it.
   */
  reply(request: OperatorRequest, signal: AbortSignal): AsyncIterable<string>;
  /** Judges an ended conversation. */
  analyse(request: AnalysisRequest, signal: AbortSignal): Promise<CallAnalysis>;
  /** Writes the follow-up message that the client reads in the chat. 1–3 sentences, in the client's language. */
  followUp(request: FollowUpRequest, signal: AbortSignal): Promise<string>;
}

export interface AnalysisRequest {
  readonly prompt: string;
  readonly language: SpokenLanguage;
  readonly transcript: readonly Said[];
}

export interface FollowUpRequest extends AnalysisRequest {
  readonly analysis: CallAnalysis;
}
