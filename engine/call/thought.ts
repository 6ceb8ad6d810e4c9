import type { Pcm, Recognition } from '../ports/speech.ts';
import type { Ahead } from './ahead.ts';
import { afterWords, utterOrder, type CallContext, type UtterOrder } from './call-context.ts';
import { joinSpans, type TurnSpan } from './call-events.ts';
import { UNWANTED } from './patience.ts';
import type { SpeechPiece, UtterPorts } from './speech.ts';

export interface ThoughtDeps extends UtterPorts {
  /** Recognises sound; ends by itself within the call's patience. */
  readonly recognise: (sound: Pcm, signal: AbortSignal) => Promise<Recognition>;
  /** The caller's sound between two moments of the recording's clock. */
  readonly soundOf: (fromMs: number, toMs: number) => Pcm;
  /** Words of a turn that may go on. */
  readonly onWords: (turn: number, words: Recognised) => void;
}

type Recognised = Extract<Recognition, { kind: 'recognised' }>;

/** An utterance in the making. */
export interface Made {
  readonly order: UtterOrder;
  readonly speech: Ahead<SpeechPiece>;
}

/** The beginning of a turn, recognised once: the rest goes on in the middle of the pause behind it. */
export interface Settled {
  readonly thought: Thought;
  readonly startMs: number;
  readonly untilMs: number;
}

interface Task {
  readonly spans: readonly TurnSpan[];
  /** Absent: no answer is wanted. */
  readonly context: CallContext | undefined;
  readonly before: Settled | undefined;
  readonly begin: (order: UtterOrder) => Made;
}

/** Line sound that a recogniser gets before and after the words. */
const AROUND_WORDS_MS = 250;

/** What comes of a caller's words up to a pause: their recognition, and from there the answer. */
export class Thought {
  readonly spans: readonly TurnSpan[];
  readonly span: TurnSpan;
  readonly #deps: ThoughtDeps;
  readonly #task: Task;
  readonly #work = new AbortController();
  readonly #recognition: Promise<Recognition>;
  #reply: Made | undefined;
  #replyWanted: boolean;

  constructor(deps: ThoughtDeps, task: Task) {
    this.spans = task.spans;
    this.span = joinSpans(task.spans);
    this.#deps = deps;
    this.#task = task;
    this.#replyWanted = task.context !== undefined;
    this.#recognition = this.#recognise();
    // Nobody may ever ask for it.
    this.#recognition.then((words) => this.#answer(words)).catch(() => undefined);
  }

  isOf(spans: readonly TurnSpan[]): boolean {
    return (
      spans.length === this.spans.length &&
      spans.every(
        ({ turn, startMs, endMs }, at) =>
          turn === this.spans[at]?.turn &&
          startMs === this.spans[at].startMs &&
          endMs === this.spans[at].endMs,
      )
    );
  }

  /** What it came to; where nothing was understood, what the same words come to with all of the pause behind them. */
  async finalRecognition(): Promise<Recognition> {
    const words = await this.#recognition;
    if (words.kind === 'recognised' || this.#task.context === undefined) return words;
    return await this.#hear(this.span.startMs - AROUND_WORDS_MS);
  }

  /** Whoever takes it stops it. */
  takeReply(): Made | undefined {
    const reply = this.#reply;
    this.#reply = undefined;
    return reply;
  }

  dropReply(): void {
    this.#replyWanted = false;
    this.takeReply()?.speech.abandon();
  }

  abandon(): void {
    this.#work.abort(UNWANTED);
    this.dropReply();
  }

  async #recognise(): Promise<Recognition> {
    const { before } = this.#task;
    const startMs = this.span.startMs - AROUND_WORDS_MS;
    if (before === undefined) return await this.#hear(startMs);
    const [earlier, later] = await Promise.all([
      before.thought.#recognition.catch(() => undefined),
      this.#hear(before.untilMs),
    ]);
    if (earlier?.kind !== 'recognised') return await this.#hear(startMs);
    return later.kind === 'recognised' ? joined(earlier, later) : earlier;
  }

  #hear(fromMs: number): Promise<Recognition> {
    const { recognise, soundOf } = this.#deps;
    return recognise(soundOf(fromMs, this.span.endMs + AROUND_WORDS_MS), this.#work.signal);
  }

  #answer(words: Recognition): void {
    if (this.#work.signal.aborted || words.kind !== 'recognised') return;
    this.#deps.onWords(this.span.turn, words);
    const { context, begin } = this.#task;
    if (context === undefined || !this.#replyWanted) return;
    const next = { ...context, ...afterWords(context, words, this.span), utterance: context.utterance + 1 };
    this.#reply = begin(utterOrder(next, 'reply'));
  }
}

/** Two pieces of one turn; they are as sure as the less sure of them, in the language of the longer. */
function joined(one: Recognised, other: Recognised): Recognised {
  const longer = one.text.length >= other.text.length ? one : other;
  const confidence = Math.min(one.confidence ?? 1, other.confidence ?? 1);
  return {
    ...longer,
    text: `${one.text} ${other.text}`,
    ...(longer.confidence === undefined ? {} : { confidence }),
  };
}
