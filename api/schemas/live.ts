import Type, { type Static } from 'typebox';
import {
  AFTER_CALL_STEPS,
  DeliveryState,
  LineOutcome,
  UtteranceKind,
} from '../../engine/contract/call-event.ts';
import { Disposition } from '../../engine/contract/call-session.ts';
import { CallLanguage, SpokenLanguage, Voice } from '../../engine/contract/languages.ts';
import { exact, Moment } from './exact.ts';

/**
 * What a visitor's screen hears of his call, one meaning for each event of the journal that matters to it. Neither the
 * number nor the prompt is in any of them. `…_ms` count from the answer, on the recording's clock.
 */
const meaning = <Name extends string, Fields extends Type.TProperties>(type: Name, fields: Fields) =>
  exact({ type: Type.Literal(type), at: Moment, ...fields });

const Ms = Type.Number({ minimum: 0 });
const Ordinal = Type.Integer({ minimum: 1 });

export const LiveEvent = Type.Union([
  meaning('call.created', { language: CallLanguage, voice: Voice }),
  meaning('line.dialling', { simulated: Type.Boolean() }),
  meaning('line.ringing', {}),
  meaning('line.answered', {}),
  meaning('line.ended', {
    outcome: LineOutcome,
    reason: Type.String({ description: 'По-русски, для людей.' }),
  }),

  meaning('caller.started', { turn: Ordinal, start_ms: Ms }),
  meaning('caller.ended', { turn: Ordinal, start_ms: Ms, end_ms: Ms }),
  meaning('caller.dropped', { turn: Ordinal }),
  meaning('caller.words', {
    turn: Ordinal,
    text: Type.String({ description: 'Пусто: речь была, но слов не разобрать.' }),
  }),

  meaning('assistant.started', {
    utterance: Ordinal,
    kind: UtteranceKind,
    start_ms: Ms,
    gap_ms: Type.Optional(Type.Number({ description: 'Пауза, которую услышал абонент, мс.' })),
  }),
  meaning('assistant.sentence', { utterance: Ordinal, text: Type.String() }),
  meaning('assistant.held', { utterance: Ordinal }),
  meaning('assistant.resumed', { utterance: Ordinal }),
  meaning('assistant.ended', {
    utterance: Ordinal,
    end_ms: Ms,
    text: Type.String({ description: 'То, что действительно прозвучало.' }),
    complete: Type.Boolean({ description: 'false: абонент перебил.' }),
  }),
  meaning('assistant.filler', {
    start_ms: Ms,
    end_ms: Ms,
    text: Type.String(),
    gap_ms: Type.Optional(Type.Number()),
  }),

  meaning('language.changed', { from: SpokenLanguage, to: SpokenLanguage }),
  meaning('limit.reached', { limit: Type.Enum(['time', 'pairs']) }),
  meaning('provider.failed', { stage: Type.Enum(['stt', 'operator', 'tts', 'media']) }),
  meaning('call.ended', {
    status: Type.Enum(['completed', 'no_answer', 'failed']),
    reason: Type.String({ description: 'По-русски, для людей.' }),
    duration_sec: Type.Integer({ minimum: 0 }),
  }),

  meaning('analysis.done', { disposition: Disposition, summary: Type.String(), interest: Type.String() }),
  meaning('step.done', {
    step: Type.Enum(['followup', 'sms', 'chat', 'crm']),
    simulated: Type.Boolean({ description: 'true: сохранено и показано, но не отправлено.' }),
  }),
  meaning('step.failed', { step: Type.Enum([...AFTER_CALL_STEPS]) }),
  meaning('delivery.changed', { channel: Type.String(), state: DeliveryState, detail: Type.String() }),
]);
export type LiveEvent = Static<typeof LiveEvent>;

/** The messages of the stream that have a name: not of the call, but of the stream itself. */
export const LiveNotice = exact({ now: Moment });
export type LiveNotice = Static<typeof LiveNotice>;

/** Whole numbers as the address and Last-Event-ID carry them. */
export const LiveEventsQuery = exact({
  after_seq: Type.Optional(
    Type.String({
      pattern: '^\\d{1,9}$',
      description: 'Продолжить после события с этим номером. Заголовок Last-Event-ID делает то же.',
    }),
  ),
});
