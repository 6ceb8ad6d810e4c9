import type { CallEventOf, CallEventDraft, LineOutcome, UtteranceKind } from '../contract/call-event.ts';
import type { CallPlan } from '../contract/call-plan.ts';
import { startingLanguage, type SpokenLanguage } from '../contract/languages.ts';
import { countWords, openVote, voteOnLanguage, type LanguageVote } from '../dialogue/language-vote.ts';
import { remainingPairs } from '../dialogue/limits.ts';
import { NO_RHYTHM, type Rhythm } from '../dialogue/turn-end.ts';
import type { Said } from '../ports/operator.ts';
import type { Recognition } from '../ports/speech.ts';
import type { TurnSpan } from './call-events.ts';

export interface CallInput {
  readonly plan: CallPlan;
  /** The telephony adapter's name, and whether it dials a real network. */
  readonly via: string;
  readonly simulated: boolean;
  /** What the speech at work can speak and answer in; never empty. */
  readonly languages: readonly SpokenLanguage[];
}

/** All that a call remembers. Plain data: what lives (sockets, streams) is in the invoked actors. */
export interface CallContext extends CallInput {
  /** What is spoken now: `vote.spoken`. */
  readonly language: SpokenLanguage;
  readonly vote: LanguageVote;
  readonly answeredAtMs: number | undefined;
  readonly end: { readonly outcome: LineOutcome; readonly reason: string; readonly atMs: number } | undefined;
  /** What was said, as it was heard. */
  readonly history: readonly Said[];
  /** Turns that ended and are not recognised yet; more than one when the caller paused and went on. */
  readonly pendingTurns: readonly TurnSpan[];
  /** The turn the caller is in. */
  readonly openTurn: number | undefined;
  /** The last turn that was recognised or given up: what a reply answers. */
  readonly lastTurn: TurnSpan | undefined;
  /** How he pauses inside his turns. */
  readonly rhythm: Rhythm;
  /** Number of the last utterance begun. */
  readonly utterance: number;
  /** Question–answer pairs so far. */
  readonly pairs: number;
  readonly limit: 'time' | 'pairs' | undefined;
  readonly reprompts: number;
  /** Turns in a row that could not be understood. */
  readonly misheard: number;
  /** Failures of providers so far. */
  readonly failures: number;
  /** Fillers asked for so far. */
  readonly fillers: number;
  /** Why we hang up on a call that cannot go on. */
  readonly broken: string | undefined;
}

export function startingContext(input: CallInput): CallContext {
  const language = spokenOrFirst(startingLanguage(input.plan.language), input.languages);
  return {
    ...input,
    language,
    vote: openVote(language),
    answeredAtMs: undefined,
    end: undefined,
    history: [],
    pendingTurns: [],
    openTurn: undefined,
    lastTurn: undefined,
    rhythm: NO_RHYTHM,
    utterance: 0,
    pairs: 0,
    limit: undefined,
    reprompts: 0,
    misheard: 0,
    failures: 0,
    fillers: 0,
    broken: undefined,
  };
}

/** A language that was asked for and cannot be spoken gives way to the first that can (Russian, as a rule). */
function spokenOrFirst(asked: SpokenLanguage, languages: readonly SpokenLanguage[]): SpokenLanguage {
  return languages.includes(asked) ? asked : (languages[0] ?? asked);
}

/** What has to be said next. `greeting`, `reply` and `closing` are the operator's words, the rest fixed phrases. */
export interface UtterOrder {
  readonly utterance: number;
  readonly kind: UtteranceKind;
  readonly language: SpokenLanguage;
  readonly plan: CallPlan;
  readonly history: readonly Said[];
  readonly remainingPairs: number;
  readonly replyTo?: { readonly turn: number; readonly endMs: number };
}

/** The order for an utterance of this kind, as things stand. `context.utterance` must be counted up already. */
export function utterOrder(context: CallContext, kind: UtteranceKind): UtterOrder {
  const { lastTurn } = context;
  const answersTurn =
    lastTurn !== undefined && (kind === 'reply' || kind === 'clarify' || kind === 'apology');
  return {
    utterance: context.utterance,
    kind,
    language: context.language,
    plan: context.plan,
    history: context.history,
    remainingPairs: remainingPairs(context.pairs + 1),
    ...(answersTurn ? { replyTo: { turn: lastTurn.turn, endMs: lastTurn.endMs } } : {}),
  };
}

/** What the caller's words change: the same for those that were heard and those that are only foreseen. */
export function afterWords(
  { history, vote, languages, plan }: CallContext,
  { text, language: heard, confidence }: Extract<Recognition, { kind: 'recognised' }>,
  span: TurnSpan,
): Pick<
  CallContext,
  'history' | 'pendingTurns' | 'lastTurn' | 'misheard' | 'reprompts' | 'language' | 'vote'
> {
  const turn = { language: heard, confidence, words: countWords(text) };
  const after = plan.language === 'auto' ? voteOnLanguage(vote, turn, languages) : vote;
  return {
    history: [...history, { speaker: 'user' as const, text }],
    pendingTurns: [],
    lastTurn: span,
    misheard: 0,
    reprompts: 0,
    language: after.spoken,
    vote: after,
  };
}

/** How the call is written down once everything about it has ended (V3, V8). */
export function callEnded(context: CallContext): CallEventDraft & Pick<CallEventOf<'call.ended'>, 'type'> {
  const end = context.end ?? {
    outcome: 'error' as const,
    reason: 'звонок прерван',
    atMs: context.answeredAtMs ?? 0,
  };
  const durationSec =
    context.answeredAtMs === undefined
      ? 0
      : Math.max(0, Math.round((end.atMs - context.answeredAtMs) / 1000));
  const reason = context.broken ?? end.reason;
  return { type: 'call.ended', status: finalStatus(context, end.outcome), reason, durationSec };
}

function finalStatus(context: CallContext, outcome: LineOutcome): CallEventOf<'call.ended'>['status'] {
  if (context.answeredAtMs !== undefined) {
    return outcome === 'error' || context.broken !== undefined ? 'failed' : 'completed';
  }
  return outcome === 'error' || outcome === 'hangup_near' ? 'failed' : 'no_answer';
}
