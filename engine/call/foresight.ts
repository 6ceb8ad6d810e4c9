import type { Pcm, Recognition } from '../ports/speech.ts';
import { Ahead } from './ahead.ts';
import { afterWords, utterOrder, type CallContext, type UtterOrder } from './call-context.ts';
import { joinSpans, type TurnSpan } from './call-events.ts';
import { speech, type SpeechPiece, type UtterPorts } from './speech.ts';

export interface ForesightDeps extends UtterPorts {
  /** Recognises the sound of a span; ends by itself within the call's patience. */
  readonly recognise: (sound: Pcm, signal: AbortSignal) => Promise<Recognition>;
  readonly soundOf: (span: TurnSpan) => Pcm;
}

/** The caller paused: what he has said, and how things stand. */
export interface Pause {
  readonly spans: readonly TurnSpan[];
  readonly context: CallContext;
}

/**
 * Works ahead while a pause of the caller may be the end of his turn: recognises what he said, and lets the operator
 * answer and the voice begin, into a buffer that nobody hears. If it was the end, the call finds its work done; if
 * he goes on, the work is stopped without a trace. It decides nothing: a result is used only where the call asks for
 * exactly the same, so a wrong guess costs requests and never a word.
 */
export class Foresight {
  readonly #deps: ForesightDeps;
  #thought: Thought | undefined;
  #prepared: Made | undefined;

  constructor(deps: ForesightDeps) {
    this.#deps = deps;
  }

  consider(pause: Pause): void {
    this.forget();
    this.#thought = new Thought(this.#deps, pause, (order) => this.#begin(order));
  }

  /** Stops all work that was not taken. */
  forget(): void {
    this.#thought?.abandon();
    this.#thought = undefined;
  }

  /** The recognition of just these spans, if it is under way or done; undefined: ask anew. */
  async recognition(spans: readonly TurnSpan[]): Promise<Recognition | undefined> {
    const thought = this.#thought;
    if (thought === undefined || !same(thought.spans, spans)) return undefined;
    return await thought.recognition;
  }

  /** Makes the words that will be asked for next, before their time: the greeting while the telephone rings. */
  prepare(order: UtterOrder): void {
    this.#prepared?.speech.abandon();
    this.#prepared = this.#begin(order);
  }

  /** The speech of just this order, if it is under way; undefined: make it anew. Whoever takes it stops it. */
  speechFor(order: UtterOrder): Ahead<SpeechPiece> | undefined {
    const thought = this.#thought;
    const made = [this.#prepared, thought?.reply];
    this.#thought = undefined;
    this.#prepared = undefined;
    const right = made.find((one) => one !== undefined && same(one.order, order) && !one.speech.isVain);
    for (const one of made) if (one !== right) one?.speech.abandon();
    if (right === undefined) thought?.abandon();
    return right?.speech;
  }

  /** Stops everything that was not taken. */
  close(): void {
    this.forget();
    this.#prepared?.speech.abandon();
    this.#prepared = undefined;
  }

  #begin(order: UtterOrder): Made {
    return { order, speech: new Ahead((signal) => speech(order, this.#deps, signal)) };
  }
}

/** An utterance in the making. */
interface Made {
  readonly order: UtterOrder;
  readonly speech: Ahead<SpeechPiece>;
}

class Thought {
  readonly spans: readonly TurnSpan[];
  /** Undefined: it was not understood; with all of the pause it may be. Rejects as recognition does. */
  readonly recognition: Promise<Recognition | undefined>;
  reply: Made | undefined;
  readonly #work = new AbortController();

  constructor(deps: ForesightDeps, { spans, context }: Pause, begin: (order: UtterOrder) => Made) {
    this.spans = spans;
    this.recognition = this.#think(deps, context, begin);
    // Nobody may ever ask for it.
    this.recognition.catch(() => undefined);
  }

  abandon(): void {
    this.#work.abort();
    this.reply?.speech.abandon();
  }

  async #think(
    deps: ForesightDeps,
    context: CallContext,
    begin: (order: UtterOrder) => Made,
  ): Promise<Recognition | undefined> {
    const { signal } = this.#work;
    const span = joinSpans(this.spans);
    const recognition = await deps.recognise(deps.soundOf(span), signal);
    if (signal.aborted || recognition.kind !== 'recognised') return undefined;
    const next = { ...context, ...afterWords(context, recognition, span), utterance: context.utterance + 1 };
    this.reply = begin(utterOrder(next, 'reply'));
    return recognition;
  }
}

/** Plain data, made by the same functions: the same text where it is the same. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
