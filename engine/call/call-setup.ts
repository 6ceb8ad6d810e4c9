import { assign, emit, enqueueActions, fromCallback, fromPromise, sendTo, setup } from 'xstate';
import type { CallEventDraft } from '../contract/call-event.ts';
import type { CallPlan } from '../contract/call-plan.ts';
import { saysGoodbye } from '../dialogue/farewell.ts';
import { MAX_PAIRS } from '../dialogue/limits.ts';
import { answersThePhone } from '../dialogue/pick-up-words.ts';
import { isBackchannel, silenceBeforeEnd } from '../dialogue/turn-end.ts';
import type { MediaAddress } from '../ports/media-transport.ts';
import { afterWords, utterOrder, type CallContext, type CallInput, type UtterOrder } from './call-context.ts';
import {
  failureOf,
  isJournalled,
  measured,
  type CallMachineEvent,
  type ClosedMedia,
  type MediaOrder,
  type Recognised,
  type TurnSpan,
} from './call-events.ts';
import type { Pause } from './foresight.ts';

/** What the foresight is told. */
export type ForesightOrder =
  | { readonly type: 'consider'; readonly pause: Pause }
  /** He goes on, after a pause of so long. */
  | { readonly type: 'goOn'; readonly pausedMs: number }
  /** It will have to be said soon. */
  | { readonly type: 'prepare'; readonly order: UtterOrder }
  | { readonly type: 'forget' };

const MAX_REPROMPTS = 1;
/** Turns in a row that may go unrecognised before we take our leave. */
const MAX_MISHEARD = 3;
const MAX_FAILURES = 3;

const notProvided = (name: string) => () => {
  throw new Error(`the call machine needs its actor "${name}": see call-actors.ts`);
};

/** The call machine's words: what it remembers and hears, its effects, what it asks itself, what it notes down. */
export const call = setup({
  types: {
    context: {} as CallContext,
    input: {} as CallInput,
    events: {} as CallMachineEvent,
    emitted: {} as CallEventDraft,
  },
  actors: {
    /** Binds the RTP socket. */
    openMedia: fromPromise<undefined>(notProvided('openMedia')),
    /** Dials and tells LineMeanings; hangs up on `hangup` and when left. */
    line: fromCallback<{ type: 'hangup' }, CallPlan>(notProvided('line')),
    /** Runs the media path, takes orders and tells MediaMeanings. */
    media: fromCallback<MediaOrder, { remote: MediaAddress }>(notProvided('media')),
    recognise: fromPromise<Recognised, { spans: readonly TurnSpan[] }>(notProvided('recognise')),
    /** Says something; falls silent when left. Tells failures; what was heard is told by the media path. */
    utter: fromCallback<CallMachineEvent, UtterOrder>(notProvided('utter')),
    /** Works ahead in the caller's pauses (foresight.ts); tells what it understood so far. */
    foresee: fromCallback<ForesightOrder>(notProvided('foresee')),
    closeMedia: fromPromise<ClosedMedia>(notProvided('closeMedia')),
  },
  guards: {
    limitReached: ({ context }) => context.limit !== undefined,
    callerSpeaks: ({ context }) => context.openTurn !== undefined,
    lineIsUp: ({ context }) => context.end === undefined,
    turnsWait: ({ context }) => context.pendingTurns.length > 0,
    wordsLeft: ({ context }) => context.pendingTurns.length > 0 || context.openTurn !== undefined,
    allTurnsEnded: ({ context }) => context.pendingTurns.length > 0 && context.openTurn === undefined,
    /** The caller's last words got no answer yet: something (a knock, a second thought) stopped the reply. */
    answerOwed: ({ context }) => context.history.at(-1)?.speaker === 'user',
    /** Not the end of what was cut off to make room for the words of this state. */
    itsOwn: ({ context, event }) =>
      event.type === 'utterance.finished' && event.utterance === context.utterance,
    goodbyeSaid: ({ context, event }) =>
      event.type === 'utterance.finished' && event.complete && saysGoodbye(event.text, context.language),
    /** Words over ours that want to be answered now. */
    takesFloor: (
      { context },
      { recognition, to }: Recognised & { readonly to: 'anybody' | 'who picks up' },
    ) =>
      recognition.kind === 'recognised' &&
      !isBackchannel(recognition.text, context.language) &&
      !(to === 'who picks up' && answersThePhone(recognition.text)),
    /** Words of the turn that he is in. */
    ofOpenTurn: ({ context, event }) => event.type === 'words.foreseen' && event.turn === context.openTurn,
    mayReprompt: ({ context }) => context.reprompts < MAX_REPROMPTS,
    mayMishear: ({ context }) => context.misheard < MAX_MISHEARD,
    firstFailure: ({ context }) => context.failures === 0,
    tooManyFailures: ({ context }) => context.failures >= MAX_FAILURES,
    mayAnswer: ({ context }) => context.pairs < MAX_PAIRS - 1,
  },
  actions: {
    nextUtterance: assign({ utterance: ({ context }) => context.utterance + 1 }),
    forgetTurns: assign({ pendingTurns: [] }),
    breakCall: assign({ broken: (_, params: { reason: string }) => params.reason }),
    /** V5.2: notes the limit once. */
    reachLimit: enqueueActions(({ context, enqueue }, params: { limit: 'time' | 'pairs' }) => {
      if (context.limit !== undefined) return;
      enqueue.assign({ limit: params.limit });
      enqueue.emit({ type: 'limit.reached', limit: params.limit });
    }),
    countPair: assign({ pairs: ({ context }) => context.pairs + 1 }),
    countReprompt: assign({ reprompts: ({ context }) => context.reprompts + 1 }),
    noteWords: enqueueActions(({ context, enqueue }, { recognition, span, tookMs }: Recognised) => {
      if (recognition.kind !== 'recognised') return;
      const { text, language, confidence } = recognition;
      const after = afterWords(context, recognition, span);
      enqueue.assign(after);
      enqueue.emit({
        type: 'turn.transcribed',
        turn: span.turn,
        text,
        tookMs,
        ...(language === undefined ? {} : { language }),
        ...(confidence === undefined ? {} : { confidence }),
      });
      if (after.language !== context.language)
        enqueue.emit({ type: 'language.changed', from: context.language, to: after.language });
    }),
    noteNoWords: enqueueActions(({ context, enqueue }, { span, tookMs }: Recognised) => {
      enqueue.assign({ pendingTurns: [], lastTurn: span, misheard: context.misheard + 1 });
      enqueue.emit({ type: 'turn.unrecognised', turn: span.turn, tookMs });
    }),
    /** He said something over us that takes nothing from us. */
    noteAside: enqueueActions(({ enqueue }, { recognition, span, tookMs }: Recognised) => {
      const { turn } = span;
      enqueue.assign({ pendingTurns: [] });
      if (recognition.kind === 'recognised') {
        enqueue.emit({ type: 'turn.transcribed', turn, text: recognition.text, tookMs });
      } else {
        enqueue.emit({ type: 'turn.unrecognised', turn, tookMs });
      }
    }),
    noteDeafAside: enqueueActions(({ enqueue }, { error }: { error: unknown }) => {
      enqueue.assign({ pendingTurns: [], failures: ({ context }) => context.failures + 1 });
      enqueue.emit({ type: 'provider.failed', ...failureOf('stt', error) });
    }),
    noteDeafness: enqueueActions(({ context, enqueue }, { error }: { error: unknown }) => {
      enqueue.assign({
        failures: context.failures + 1,
        lastTurn: context.pendingTurns.at(-1),
        pendingTurns: [],
      });
      enqueue.emit({ type: 'provider.failed', ...failureOf('stt', error) });
    }),
    noteMedia: enqueueActions(({ enqueue }, { recording, received }: ClosedMedia) => {
      if (received !== undefined) enqueue.emit(measured(received));
      if (recording !== undefined) enqueue.emit({ type: 'recording.saved', ...recording });
    }),
    noteNoRecording: emit((_, { error }: { error: unknown }) => ({
      type: 'provider.failed' as const,
      ...failureOf('media', error),
    })),
    /** He has paused: perhaps that was all. */
    foresee: sendTo('foresight', ({ context, event }) => considered(context, event, context)),
    /** The same while he speaks over us: only his words are wanted. */
    listenAhead: sendTo('foresight', ({ context, event }) => considered(context, event, undefined)),
    goOn: sendTo('foresight', ({ event }): ForesightOrder => ({
      type: 'goOn',
      pausedMs: event.type === 'speech.resumed' ? event.pausedMs : 0,
    })),
    /** How long may he be silent before his turn has ended? What he said, if that is known by now, and his rhythm tell. */
    awaitEnd: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'speech.paused' && event.type !== 'words.foreseen') return;
      const text = event.type === 'words.foreseen' ? event.text : undefined;
      const { language, rhythm } = context;
      const silenceMs = silenceBeforeEnd({ text, language, rhythm });
      enqueue.sendTo('media', { type: 'awaitEnd', turn: event.turn, silenceMs } satisfies MediaOrder);
    }),
    hold: sendTo('media', { type: 'hold' } satisfies MediaOrder),
    release: sendTo('media', { type: 'release' } satisfies MediaOrder),
    hush: sendTo('media', { type: 'hush' } satisfies MediaOrder),
    fill: enqueueActions(({ context, enqueue }) => {
      const { language, fillers, pendingTurns, lastTurn } = context;
      enqueue.assign({ fillers: fillers + 1 });
      enqueue.sendTo('media', {
        type: 'fill',
        language,
        nth: fillers,
        replyTo: pendingTurns.at(-1) ?? lastTurn,
      } satisfies MediaOrder);
    }),
    prepareGreeting: sendTo('foresight', ({ context }): ForesightOrder => ({
      type: 'prepare',
      order: utterOrder({ ...context, utterance: context.utterance + 1 }, 'greeting'),
    })),
    forget: sendTo('foresight', { type: 'forget' } satisfies ForesightOrder),
    /** The event goes into the journal as it is. */
    write: enqueueActions(({ event, enqueue }) => {
      if (isJournalled(event)) enqueue.emit(event);
    }),
    noteFailure: enqueueActions(({ event, enqueue }) => {
      if (event.type !== 'stage.failed' && event.type !== 'utterance.failed') return;
      const { stage, code, message } = event;
      enqueue.assign({ failures: ({ context }) => context.failures + 1 });
      enqueue.emit({ type: 'provider.failed', stage, code, message });
    }),
  },
});

function considered(
  { pendingTurns }: CallContext,
  event: CallMachineEvent,
  context: CallContext | undefined,
): ForesightOrder {
  if (event.type !== 'speech.paused') return { type: 'forget' };
  const { turn, startMs, endMs } = event;
  const spans = [...pendingTurns, { turn, startMs, endMs }];
  return { type: 'consider', pause: context === undefined ? { spans } : { spans, context } };
}
