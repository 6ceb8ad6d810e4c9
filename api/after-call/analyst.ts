import type { DialogTurn, Disposition } from '../../engine/contract/call-session.ts';
import type { SpokenLanguage } from '../../engine/contract/languages.ts';

/** An ended conversation, to be judged. */
export interface Conversation {
  readonly prompt: string;
  readonly language: SpokenLanguage;
  readonly transcript: readonly Pick<DialogTurn, 'speaker' | 'text'>[];
}

export interface Judgement {
  readonly finalDisposition: Exclude<Disposition, 'unknown'>;
  readonly shortSummary: string;
  readonly interest: string;
}

/** The part of the engine's Operator that works after the call; every Operator is one. */
export interface Analyst {
  analyse(request: Conversation, signal: AbortSignal): Promise<Judgement>;
  followUp(request: Conversation & { readonly analysis: Judgement }, signal: AbortSignal): Promise<string>;
}
