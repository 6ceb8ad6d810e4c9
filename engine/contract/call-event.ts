import Type, { type Static } from 'typebox';
import { Disposition } from './call-session.ts';
import { TraceStep } from './call-trace.ts';
import { CallId } from './ids.ts';
import { CallLanguage, SpokenLanguage, Voice } from './languages.ts';

/**
 * The journal of a call: everything that happened, numbered from 1 without gaps, stored idempotently by
 * (call_id, seq). Tables, screens, metrics and tests are folds of it (`foldCall`).
 * `at` is wall time (ISO 8601, UTC, ms). Positions named `…Ms` count from the answer, on the recording's clock.
 */
const event = <Name extends string, Fields extends Type.TProperties>(type: Name, fields: Fields) =>
  Type.Object({
    callId: CallId,
    seq: Type.Integer({ minimum: 1 }),
    at: Type.String({ format: 'date-time' }),
    type: Type.Literal(type),
    ...fields,
  });

const Ms = Type.Number({ minimum: 0 });
const Count = Type.Integer({ minimum: 0 });
const TurnNumber = Type.Integer({ minimum: 1 });

/** How the line came to its end. `hangup_near`: we hung up; `hangup_far`: the person did. */
export const LINE_OUTCOMES = ['hangup_near', 'hangup_far', 'no_answer', 'busy', 'error'] as const;
export const LineOutcome = Type.Enum([...LINE_OUTCOMES]);
export type LineOutcome = (typeof LINE_OUTCOMES)[number];

/** Why the assistant speaks. */
export const UTTERANCE_KINDS = ['greeting', 'reply', 'clarify', 'reprompt', 'apology', 'closing'] as const;
export const UtteranceKind = Type.Enum([...UTTERANCE_KINDS]);
export type UtteranceKind = (typeof UTTERANCE_KINDS)[number];

export const PROVIDER_STAGES = ['stt', 'operator', 'tts', 'media'] as const;
export type ProviderStage = (typeof PROVIDER_STAGES)[number];

/**
 * Where something on its way out of the house is (api/deliveries). `accepted`: the other side has taken it;
 * `undelivered`: it took it, and says that it did not arrive; `unknown`: it may have been sent, and nobody can tell.
 */
export const DELIVERY_STATES = [
  'pending',
  'sending',
  'accepted',
  'delivered',
  'undelivered',
  'failed',
  'unknown',
] as const;
export const DeliveryState = Type.Enum([...DELIVERY_STATES]);
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** The steps after hang-up, in their order. */
export const AFTER_CALL_STEPS = ['analysis', 'followup', 'sms', 'chat', 'crm', 'row'] as const;
export type AfterCallStep = (typeof AFTER_CALL_STEPS)[number];

export const CallEvent = Type.Union([
  event('call.created', {
    phone: Type.String(),
    language: CallLanguage,
    voice: Voice,
    prompt: Type.String(),
  }),

  // The line.
  event('line.dialling', { via: Type.String(), simulated: Type.Boolean() }),
  event('line.ringing', {}),
  event('line.answered', {}),
  event('line.dtmf', { digit: Type.String() }),
  event('line.ended', { outcome: LineOutcome, reason: Type.String(), cause: Type.Optional(Type.String()) }),

  // The caller's side of the conversation.
  event('speech.started', { turn: TurnNumber, startMs: Ms }),
  /** The turn detector decided that the caller has finished; `endMs` is his last voiced sample. */
  event('turn.ended', { turn: TurnNumber, startMs: Ms, endMs: Ms }),
  /** What sounded like speech was none (a click, a knock). */
  event('turn.dropped', { turn: TurnNumber }),
  event('turn.transcribed', {
    turn: TurnNumber,
    text: Type.String(),
    language: Type.Optional(SpokenLanguage),
    confidence: Type.Optional(Type.Number()),
    tookMs: Ms,
  }),
  event('turn.unrecognised', { turn: TurnNumber, tookMs: Ms }),

  // The assistant's side. An utterance is one or more sentences; `text` of the last event is what was heard.
  event('utterance.started', {
    utterance: TurnNumber,
    kind: UtteranceKind,
    startMs: Ms,
    /** The caller's turn it answers, and the gap he heard: his last voiced sample (or a filler's end) → our first sample. */
    replyTo: Type.Optional(TurnNumber),
    gapMs: Type.Optional(Type.Number()),
  }),
  event('utterance.sentence', { utterance: TurnNumber, text: Type.String() }),
  event('utterance.finished', {
    utterance: TurnNumber,
    endMs: Ms,
    /** What was really heard; shorter than what was planned when `complete` is false. */
    text: Type.String(),
    complete: Type.Boolean(),
  }),
  /** The caller made a sound while it was heard: the assistant fell silent … */
  event('utterance.held', { utterance: TurnNumber, atMs: Ms }),
  /** … and went on from where it was: the sound had been nothing. */
  event('utterance.resumed', { utterance: TurnNumber, atMs: Ms }),
  /** A few words in the place of a reply that is late. `gapMs`: as of utterances. */
  event('filler.said', {
    startMs: Ms,
    endMs: Ms,
    text: Type.String(),
    complete: Type.Boolean(),
    replyTo: Type.Optional(TurnNumber),
    gapMs: Type.Optional(Type.Number()),
  }),

  event('language.changed', { from: SpokenLanguage, to: SpokenLanguage }),
  event('limit.reached', { limit: Type.Enum(['time', 'pairs']) }),
  event('provider.failed', {
    stage: Type.Enum([...PROVIDER_STAGES]),
    code: Type.String(),
    message: Type.String(),
  }),
  /** What the network did to the caller's sound, counted at the call's end. */
  event('media.measured', {
    packets: Count,
    lost: Count,
    /** Came after their moment had been played. */
    late: Count,
    /** Packets from somebody who is not in this call, or of another stream: dropped unheard. */
    strangers: Count,
    concealedFrames: Count,
    /** RFC 3550 §6.4.1. */
    jitterMs: Ms,
  }),
  event('recording.saved', { file: Type.String(), durationMs: Ms }),
  /** What the call's machine lived through, for a replay and for ops: not for the call's own screens. */
  event('call.traced', { languages: Type.Array(SpokenLanguage), steps: Type.Array(TraceStep) }),
  event('call.ended', {
    status: Type.Enum(['completed', 'no_answer', 'failed']),
    /** For people, in Russian: «абонент занят», «абонент повесил трубку». */
    reason: Type.String(),
    durationSec: Type.Integer({ minimum: 0 }),
  }),

  // After the call.
  event('analysis.done', {
    finalDisposition: Disposition,
    shortSummary: Type.String(),
    interest: Type.String(),
  }),
  event('followup.done', { text: Type.String() }),
  event('sms.done', {
    text: Type.String(),
    parts: Type.Integer({ minimum: 1 }),
    gateway: Type.String(),
    /** True where the message was stored and shown, not sent. */
    simulated: Type.Boolean(),
  }),
  event('chat.done', { chatId: Type.String() }),
  event('crm.done', { status: Type.String(), interest: Type.String(), telegramLinkSent: Type.Boolean() }),
  event('row.done', { sink: Type.String() }),
  /**
   * What the step's own event does not say: that it is tried later, that it arrived, that it did not go out, that
   * nobody knows. `detail` is for people, in Russian, without personal data.
   */
  event('delivery.changed', {
    channel: Type.String(),
    gateway: Type.String(),
    state: DeliveryState,
    detail: Type.String(),
  }),
  event('step.failed', { step: Type.Enum([...AFTER_CALL_STEPS]), message: Type.String() }),
]);
export type CallEvent = Static<typeof CallEvent>;
export type CallEventType = CallEvent['type'];
export type CallEventOf<T extends CallEventType> = Extract<CallEvent, { type: T }>;

/** An event before the journal gives it its number and time. */
export type CallEventDraft = CallEvent extends infer E
  ? E extends CallEvent
    ? Omit<E, 'callId' | 'seq' | 'at'>
    : never
  : never;
