import { fromCallback, fromPromise } from 'xstate';
import type { CallPlan } from '../contract/call-plan.ts';
import { ProviderError } from '../contract/errors.ts';
import type { SpokenLanguage } from '../contract/languages.ts';
import type { Vad } from '../media/vad.ts';
import type { Clock, FrameTicker } from '../ports/clock.ts';
import type { MediaAddress, MediaTransport } from '../ports/media-transport.ts';
import type { Operator } from '../ports/operator.ts';
import type { Recordings } from '../ports/recordings.ts';
import type { Pcm, Recognition, SpeechToText, TextToSpeech } from '../ports/speech.ts';
import type { Telephony } from '../ports/telephony.ts';
import type { UtterOrder } from './call-context.ts';
import {
  joinSpans,
  type CallMachineEvent,
  type ClosedMedia,
  type MediaOrder,
  type Recognised,
  type TurnSpan,
} from './call-events.ts';
import type { ForesightOrder } from './call-setup.ts';
import { callMachine } from './call.machine.ts';
import type { Filler } from './assistant-voice.ts';
import { prepareFillers, readyFiller } from './fillers.ts';
import { Foresight } from './foresight.ts';
import { MediaPath } from './media-path.ts';
import { orAbort, waitFor } from './patience.ts';
import type { SpeechCache } from './speech-cache.ts';
import { speech } from './speech.ts';
import { utter } from './utter.ts';

/** Everything a call works with. One set serves all calls of the process. */
export interface CallPorts {
  readonly clock: Clock;
  readonly ticker: FrameTicker;
  readonly transport: MediaTransport;
  readonly telephony: Telephony;
  readonly stt: SpeechToText;
  readonly operator: Operator;
  readonly tts: TextToSpeech;
  readonly recordings: Recordings;
  /** Each call listens with a detector of its own. */
  readonly createVad: () => Vad;
  readonly clauseFirst?: boolean;
  /** The voice's memory, where fillers are kept; without it a late reply is waited for in silence. */
  readonly fillers?: SpeechCache;
  readonly ringTimeoutMs: number;
  /** What stt, operator and tts together can hold a conversation in; Russian first. */
  readonly languages: readonly SpokenLanguage[];
}

/** V7: recognition may take this long. */
const RECOGNISE_TIMEOUT_MS = 10_000;
/** The adapter owes us `ended` after a hang-up; without it the call ends all the same. */
const HANGUP_TIMEOUT_MS = 5_000;

export interface ProvidedCall {
  readonly machine: typeof callMachine;
  /** Frees what an actor that died could not free itself. Idempotent. */
  release(): Promise<void>;
}

/** The call machine with its effects for one call: they share the call's media path. */
export function provideCall(plan: CallPlan, ports: CallPorts): ProvidedCall {
  const { clock } = ports;
  let path: MediaPath | undefined;
  const openPath = () => {
    if (path === undefined) throw new Error('the media path is not open yet');
    return path;
  };

  const recognise = (sound: Pcm, signal: AbortSignal): Promise<Recognition> =>
    waitFor({ clock, ms: RECOGNISE_TIMEOUT_MS, signal, late: sttIsLate }, (inner) =>
      ports.stt.recognise(sound, { language: plan.language }, inner),
    );
  let onWords: (turn: number, text: string) => void = () => undefined;
  const foresight = new Foresight({
    ...ports,
    recognise,
    soundOf: (fromMs, toMs) => openPath().heard(fromMs, toMs),
    onWords: (turn, { text }) => onWords(turn, text),
  });

  const { fillers } = ports;
  const prepare = (language: SpokenLanguage): void => {
    if (fillers !== undefined) prepareFillers(fillers, language, plan.voice);
  };
  const fillerOf = (language: SpokenLanguage, nth: number): Filler | undefined =>
    fillers === undefined ? undefined : readyFiller(fillers, language, plan.voice, nth);

  const machine = callMachine.provide({
    actors: {
      openMedia: fromPromise<undefined>(async ({ signal }) => {
        const { callId } = plan;
        const opened = await MediaPath.open({
          ...ports,
          callId,
          now: () => clock.now(),
          vad: ports.createVad(),
        });
        if (signal.aborted) await opened.close();
        else path = opened;
        return undefined;
      }),

      line: fromCallback<{ type: 'hangup' }, CallPlan>(({ sendBack, receive }) =>
        holdLine(plan, ports, openPath().local, sendBack, receive),
      ),

      media: fromCallback<MediaOrder, { remote: MediaAddress }>(({ sendBack, input, receive }) => {
        const media = openPath();
        media.start(input.remote, sendBack);
        receive((order) => obey(media, order, fillerOf));
      }),

      recognise: fromPromise<Recognised, { spans: readonly TurnSpan[] }>(async ({ input, signal }) => {
        const span = joinSpans(input.spans);
        const startedMs = clock.now();
        const recognition = await orAbort(foresight.recognition(input.spans), signal);
        return { recognition, span, tookMs: clock.now() - startedMs };
      }),

      utter: fromCallback<CallMachineEvent, UtterOrder>(({ input, sendBack }) => {
        const work = new AbortController();
        const sink = openPath().say(input);
        const ahead = foresight.speechFor(input);
        const pieces = ahead?.take() ?? speech(input, ports, work.signal);
        if (input.kind === 'reply') prepare(input.language);
        void utter(input, pieces, sink, sendBack, work.signal);
        return () => {
          work.abort();
          ahead?.abandon();
          sink.cancel();
        };
      }),

      foresee: fromCallback<ForesightOrder>(({ receive, sendBack }) => {
        onWords = (turn, text) => sendBack({ type: 'words.foreseen', turn, text });
        receive((order) => {
          switch (order.type) {
            case 'consider':
              return foresight.consider(order.pause);
            case 'goOn':
              return foresight.goesOn(order.pausedMs);
            case 'prepare':
              prepare(order.order.language);
              return foresight.prepare(order.order);
            case 'forget':
              return foresight.forget();
          }
        });
        return () => foresight.close();
      }),

      closeMedia: fromPromise<ClosedMedia>(async () => ({
        recording: await path?.close(),
        received: path?.stats,
      })),
    },
  });
  return {
    machine,
    release: async () => {
      await path?.close();
    },
  };
}

function obey(
  media: MediaPath,
  order: MediaOrder,
  filler: (language: SpokenLanguage, nth: number) => Filler | undefined,
): void {
  switch (order.type) {
    case 'endTurn':
      return media.endTurn();
    case 'awaitEnd':
      return media.awaitEnd(order.turn, order.silenceMs);
    case 'hold':
      return media.hold();
    case 'release':
      return media.release();
    case 'hush':
      return media.hush();
    case 'fill': {
      const words = filler(order.language, order.nth);
      if (words !== undefined) media.interject(words, order.replyTo);
    }
  }
}

/** Dials, tells what the line does, and makes sure that `line.ended` comes. Returns the hang-up. */
function holdLine(
  plan: CallPlan,
  { telephony, clock, ringTimeoutMs }: CallPorts,
  localMedia: MediaAddress,
  tell: (event: CallMachineEvent) => void,
  receive: (listener: (event: { type: 'hangup' }) => void) => void,
): () => void {
  const attempt = new AbortController();
  const { callId, phone, language, farEnd, incoming } = plan;
  const request = {
    callId,
    phone,
    language,
    localMedia,
    ringTimeoutMs,
    ...(farEnd === undefined ? {} : { farEnd }),
    ...(incoming === undefined ? {} : { incoming }),
  };
  const line = telephony.dial(
    request,
    (event) => {
      switch (event.type) {
        case 'ringing':
          return tell({ type: 'line.ringing' });
        case 'dtmf':
          return tell({ type: 'line.dtmf', digit: event.digit });
        case 'answered':
          return tell({ type: 'line.answered', remote: event.remote, atMs: clock.now() });
        case 'ended':
          return tell({ ...event, type: 'line.ended', atMs: clock.now() });
      }
    },
    attempt.signal,
  );
  let mute: ReturnType<Clock['setTimeout']> | undefined;
  receive(() => {
    line.hangup();
    mute ??= clock.setTimeout(
      () =>
        tell({
          type: 'line.ended',
          outcome: 'hangup_near',
          reason: 'телефония не подтвердила отбой',
          atMs: clock.now(),
        }),
      HANGUP_TIMEOUT_MS,
    );
  });
  return () => {
    if (mute !== undefined) clock.clearTimeout(mute);
    attempt.abort();
  };
}

function sttIsLate(): ProviderError {
  return new ProviderError('STT_TIMEOUT', `no answer within ${RECOGNISE_TIMEOUT_MS / 1000} s`, {
    retryable: true,
  });
}
