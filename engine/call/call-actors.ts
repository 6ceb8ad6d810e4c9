import { createActor, fromCallback, fromPromise, type ActorRefFrom, type AnyActorRef } from 'xstate';
import type { CallPlan } from '../contract/call-plan.ts';
import type { CallListening } from '../contract/listening.ts';
import { ProviderError } from '../contract/errors.ts';
import type { SpokenLanguage } from '../contract/languages.ts';
import type { MediaNumbers } from '../contract/media-numbers.ts';
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
import { Audience } from './audience.ts';
import { CallRecorder } from './call-recorder.ts';
import type { ForesightOrder } from './call-setup.ts';
import { callMachine } from './call.machine.ts';
import type { Filler } from './assistant-voice.ts';
import { prepareFillers, readyFiller } from './fillers.ts';
import { Foresight } from './foresight.ts';
import { MediaPath } from './media-path.ts';
import { orAbort, UNWANTED, waitFor } from './patience.ts';
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

/** What a call's actors work with: they share the call's media path and its foresight. */
class CallHands {
  readonly #plan: CallPlan;
  readonly #ports: CallPorts;
  readonly #foresight: Foresight;
  readonly #audience = new Audience();
  #path: MediaPath | undefined;
  #onWords: (turn: number, text: string) => void = () => undefined;

  constructor(plan: CallPlan, ports: CallPorts) {
    this.#plan = plan;
    this.#ports = ports;
    this.#foresight = new Foresight({
      ...ports,
      recognise: (sound, signal) => this.#hear(sound, signal),
      soundOf: (fromMs, toMs) => this.#openPath.heard(fromMs, toMs),
      onWords: (turn, { text }) => this.#onWords(turn, text),
    });
  }

  async openMedia(signal: AbortSignal): Promise<undefined> {
    const { clock, createVad } = this.#ports;
    const { callId } = this.#plan;
    const now = (): number => clock.now();
    const audience = this.#audience;
    const opened = await MediaPath.open({ ...this.#ports, callId, now, vad: createVad(), audience });
    if (signal.aborted) await opened.close();
    else this.#path = opened;
    return undefined;
  }

  holdLine(tell: Tell, receive: Receive<{ type: 'hangup' }>): () => void {
    return holdLine(this.#plan, this.#ports, this.#openPath.local, tell, receive);
  }

  runMedia(remote: MediaAddress, tell: Tell, receive: Receive<MediaOrder>): void {
    const media = this.#openPath;
    media.start(remote, tell);
    receive((order) => obey(media, order, (language, nth) => this.#filler(language, nth)));
  }

  async recognise(spans: readonly TurnSpan[], signal: AbortSignal): Promise<Recognised> {
    const { clock } = this.#ports;
    const startedMs = clock.now();
    const recognition = await orAbort(this.#foresight.recognition(spans), signal);
    return { recognition, span: joinSpans(spans), tookMs: clock.now() - startedMs };
  }

  utter(order: UtterOrder, tell: Tell): () => void {
    const work = new AbortController();
    const sink = this.#openPath.say(order);
    const ahead = this.#foresight.speechFor(order);
    const pieces = ahead?.take() ?? speech(order, this.#ports, work.signal);
    if (order.kind === 'reply') this.#prepare(order.language);
    void utter(order, pieces, sink, tell, work.signal);
    return () => {
      work.abort(UNWANTED);
      ahead?.abandon();
      sink.cancel();
    };
  }

  foresee(tell: Tell, receive: Receive<ForesightOrder>): () => void {
    this.#onWords = (turn, text) => tell({ type: 'words.foreseen', turn, text });
    receive((order) => {
      switch (order.type) {
        case 'consider':
          return this.#foresight.consider(order.pause);
        case 'goOn':
          return this.#foresight.goesOn(order.pausedMs);
        case 'prepare':
          this.#prepare(order.order.language);
          return this.#foresight.prepare(order.order);
        case 'forget':
          return this.#foresight.forget();
      }
    });
    return () => this.#foresight.close();
  }

  get mediaNumbers(): MediaNumbers | undefined {
    return this.#path?.numbers;
  }

  async closeMedia(): Promise<ClosedMedia> {
    const closing = this.#path?.close();
    this.#audience.close();
    return { recording: await closing, received: this.#path?.stats };
  }

  /** See Audience. */
  listen(): CallListening | undefined {
    return this.#audience.enter();
  }

  /** Frees what an actor that died could not free itself. Idempotent. */
  async release(): Promise<void> {
    const closing = this.#path?.close();
    this.#audience.close();
    await closing;
  }

  get #openPath(): MediaPath {
    if (this.#path === undefined) throw new Error('the media path is not open yet');
    return this.#path;
  }

  #hear(sound: Pcm, signal: AbortSignal): Promise<Recognition> {
    const { clock, stt } = this.#ports;
    const { language } = this.#plan;
    return waitFor({ clock, ms: RECOGNISE_TIMEOUT_MS, signal, late: sttIsLate }, (inner) =>
      stt.recognise(sound, { language }, inner),
    );
  }

  #prepare(language: SpokenLanguage): void {
    const { fillers } = this.#ports;
    if (fillers !== undefined) prepareFillers(fillers, language, this.#plan.voice);
  }

  #filler(language: SpokenLanguage, nth: number): Filler | undefined {
    const { fillers } = this.#ports;
    return fillers === undefined ? undefined : readyFiller(fillers, language, this.#plan.voice, nth);
  }
}

type System = AnyActorRef['system'];
type Tell = (event: CallMachineEvent) => void;
type Receive<Order> = (listener: (order: Order) => void) => void;

/** By the call's actor system: what lives cannot stand in its context. */
const HANDS = new WeakMap<System, CallHands>();

function handsOf(system: System): CallHands {
  const hands = HANDS.get(system);
  if (hands === undefined) throw new Error('a call machine runs without hands: see openCall');
  return hands;
}

/** The call machine with its effects: made once, since reading the chart takes milliseconds. */
const MACHINE = callMachine.provide({
  actors: {
    openMedia: fromPromise<undefined>(({ system, signal }) => handsOf(system).openMedia(signal)),
    line: fromCallback<{ type: 'hangup' }, CallPlan>(({ system, sendBack, receive }) =>
      handsOf(system).holdLine(sendBack, receive),
    ),
    media: fromCallback<MediaOrder, { remote: MediaAddress }>(({ system, sendBack, receive, input }) =>
      handsOf(system).runMedia(input.remote, sendBack, receive),
    ),
    recognise: fromPromise<Recognised, { spans: readonly TurnSpan[] }>(({ system, signal, input }) =>
      handsOf(system).recognise(input.spans, signal),
    ),
    utter: fromCallback<CallMachineEvent, UtterOrder>(({ system, sendBack, input }) =>
      handsOf(system).utter(input, sendBack),
    ),
    foresee: fromCallback<ForesightOrder>(({ system, sendBack, receive }) =>
      handsOf(system).foresee(sendBack, receive),
    ),
    closeMedia: fromPromise<ClosedMedia>(({ system }) => handsOf(system).closeMedia()),
  },
});

export interface OpenedCall {
  /** Not started yet. */
  readonly actor: ActorRefFrom<typeof callMachine>;
  /** What its machine lives through. */
  readonly recorder: CallRecorder;
  /** How its sound fares; undefined before the answer. */
  mediaNumbers(): MediaNumbers | undefined;
  /** Undefined when there is nothing more to hear. */
  listen(): CallListening | undefined;
  /** Frees what an actor that died could not free itself. Idempotent. */
  release(): Promise<void>;
}

/** The actor of one call, with what it works with. */
export function openCall(plan: CallPlan, ports: CallPorts): OpenedCall {
  const { telephony, languages, clock } = ports;
  // A visitor in his page is a person, whatever network stands beside.
  const { name: via, simulated } =
    plan.answeredBy === 'browser' ? { name: 'browser', simulated: false } : telephony;
  const recorder = new CallRecorder(() => clock.now());
  const actor = createActor(MACHINE, {
    id: plan.callId,
    input: { plan, via, simulated, languages },
    clock,
    inspect: recorder.inspect,
  });
  actor.on('*', (draft) => recorder.emitted(draft));
  const hands = new CallHands(plan, ports);
  HANDS.set(actor.system, hands);
  return {
    actor,
    recorder,
    mediaNumbers: () => hands.mediaNumbers,
    listen: () => hands.listen(),
    release: () => hands.release(),
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
  const { callId, phone, language, farEnd, incoming, answeredBy } = plan;
  const request = {
    callId,
    phone,
    language,
    localMedia,
    ringTimeoutMs,
    ...(farEnd === undefined ? {} : { farEnd }),
    ...(incoming === undefined ? {} : { incoming }),
    ...(answeredBy === undefined ? {} : { answeredBy }),
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
    attempt.abort(UNWANTED);
  };
}

function sttIsLate(): ProviderError {
  return new ProviderError('STT_TIMEOUT', `no answer within ${RECOGNISE_TIMEOUT_MS / 1000} s`, {
    retryable: true,
  });
}
