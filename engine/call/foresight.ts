import type { Recognition } from '../ports/speech.ts';
import { Ahead } from './ahead.ts';
import type { CallContext, UtterOrder } from './call-context.ts';
import { joinSpans, type TurnSpan } from './call-events.ts';
import { speech, type SpeechPiece } from './speech.ts';
import { Thought, type Made, type Settled, type ThoughtDeps } from './thought.ts';

/** The caller paused: what he has said, and how things stand. */
export interface Pause {
  readonly spans: readonly TurnSpan[];
  /** Absent: only his words are wanted, an answer would be too early (he speaks over us). */
  readonly context?: CallContext;
}

/** What was said before a pause is recognised for good when it is at least so long: a long turn is heard in pieces. */
const PIECE_MS = 5_000;

/**
 * Works ahead while a pause of the caller may be the end of his turn: recognises what he said, and lets the operator
 * answer and the voice begin, into a buffer that nobody hears. If it was the end, the call finds its work done; if
 * he goes on, the work is stopped without a trace. It decides nothing: a result is used only where the call asks for
 * exactly the same, so a wrong guess costs requests and never a word.
 */
export class Foresight {
  readonly #deps: ThoughtDeps;
  #thought: Thought | undefined;
  /** The beginning of a long turn. */
  #settled: Settled | undefined;
  #prepared: Made | undefined;

  constructor(deps: ThoughtDeps) {
    this.#deps = deps;
  }

  /** Nothing is begun anew where just these words are thought about already. */
  consider({ spans, context }: Pause): void {
    if (this.#thought?.isOf(spans) === true) return;
    this.forget();
    this.#think(spans, context);
  }

  /** The caller goes on after a pause of so many ms. What he said before it stays recognised where it is much. */
  goesOn(pausedMs: number): void {
    const thought = this.#thought;
    this.#thought = undefined;
    if (thought === undefined) return;
    thought.dropReply();
    const { startMs, endMs } = thought.span;
    if (endMs - (this.#settled?.untilMs ?? startMs) < PIECE_MS) return thought.abandon();
    this.#settled = { thought, startMs, untilMs: endMs + pausedMs / 2 };
  }

  /** Stops all work that was not taken, but for what is settled of a turn that goes on. */
  forget(): void {
    this.#thought?.abandon();
    this.#thought = undefined;
  }

  /** What was said in just these spans: done, under way, or begun now. Rejects as recognition does. */
  recognition(spans: readonly TurnSpan[]): Promise<Recognition> {
    const thought = this.#thought?.isOf(spans) === true ? this.#thought : this.#think(spans);
    return thought.finalRecognition();
  }

  /** Makes the words that will be asked for next, before their time: the greeting while the telephone rings. */
  prepare(order: UtterOrder): void {
    this.#prepared?.speech.abandon();
    this.#prepared = this.#begin(order);
  }

  /** The speech of just this order, if it is under way; undefined: make it anew. Whoever takes it stops it. */
  speechFor(order: UtterOrder): Ahead<SpeechPiece> | undefined {
    const made = [this.#prepared, this.#thought?.takeReply()];
    this.#prepared = undefined;
    this.#dropThoughts();
    const right = made.find((one) => one !== undefined && same(one.order, order) && !one.speech.isVain);
    for (const one of made) if (one !== right) one?.speech.abandon();
    return right?.speech;
  }

  /** Stops everything that was not taken. */
  close(): void {
    this.#dropThoughts();
    this.#prepared?.speech.abandon();
    this.#prepared = undefined;
  }

  #dropThoughts(): void {
    this.forget();
    this.#settled?.thought.abandon();
    this.#settled = undefined;
  }

  #think(spans: readonly TurnSpan[], context?: CallContext): Thought {
    this.forget();
    if (this.#settled?.startMs !== joinSpans(spans).startMs) this.#dropThoughts();
    const begin = (order: UtterOrder) => this.#begin(order);
    this.#thought = new Thought(this.#deps, { spans, context, before: this.#settled, begin });
    return this.#thought;
  }

  #begin(order: UtterOrder): Made {
    return { order, speech: new Ahead((signal) => speech(order, this.#deps, signal)) };
  }
}

/** Plain data, made by the same functions: the same text where it is the same. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
