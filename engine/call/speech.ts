import { ProviderError, type ProviderErrorCode } from '../contract/errors.ts';
import { operatorBrief } from '../dialogue/brief.ts';
import { boundHistory } from '../dialogue/history.ts';
import { phrase } from '../dialogue/phrases.ts';
import { SentenceSplitter } from '../dialogue/sentences.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operator, OperatorTask } from '../ports/operator.ts';
import type { Pcm, TextToSpeech } from '../ports/speech.ts';
import { Ahead } from './ahead.ts';
import type { UtterOrder } from './call-context.ts';
import { failureOf, type StageFailure } from './call-events.ts';
import { waitForEach, type Patience } from './patience.ts';
import { VoiceAhead, type Words } from './voice-ahead.ts';

/** How long a caller can be left waiting for the first words, and between two when they have begun. */
const OPERATOR_FIRST_MS = 8_000;
const OPERATOR_STEP_MS = 4_000;
/** For the first sound; behind the sound that he has still to hear, for the next sentence's, and inside a sentence. */
const TTS_FIRST_MS = 8_000;
const TTS_NEXT_MS = 4_000;
const TTS_STEP_MS = 2_000;

export interface UtterPorts {
  readonly clock: Clock;
  readonly operator: Operator;
  readonly tts: TextToSpeech;
  /** The first clause of a reply is spoken before its sentence is whole: for operators whose words come one by one. */
  readonly clauseFirst?: boolean;
}

/** What an utterance is made of, in order. */
export type SpeechPiece =
  /** The sound that follows says this. */
  | { readonly type: 'sentence'; readonly text: string }
  | { readonly type: 'sound'; readonly pcm: Pcm }
  /** All sound of the sentence has come. */
  | { readonly type: 'said' }
  /** A stage failed, and the utterance goes on by other means. */
  | { readonly type: 'failed'; readonly failure: StageFailure };

/**
 * Makes one utterance: words from the operator (or a fixed phrase), cut into sentences as they stream, each spoken
 * as soon as it is whole. Its sound is asked for a little before that is certain, and while the sentence before it
 * still sounds (voice-ahead.ts); it is given out in order, and only of words that are certain. When the operator fails
 * before his first sentence or says nothing, the fixed phrase of this kind takes his place. Throws when a sentence
 * cannot be spoken. It is heard by nobody yet: see utter.ts.
 */
export async function* speech(
  order: UtterOrder,
  ports: UtterPorts,
  signal: AbortSignal,
): AsyncGenerator<SpeechPiece> {
  signal.throwIfAborted();
  const { language } = order;
  const { voice } = order.plan;
  const ahead = new VoiceAhead((text, inner) => ports.tts.speak({ text, language, voice }, inner));
  const script = new Ahead((inner) => ahead.follow(words(order, ports, inner)));
  const stop = (): void => {
    script.abandon();
    ahead.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  const listener = new Listener(ports.clock);
  try {
    for await (const piece of script.take()) {
      if (piece.type === 'failed') {
        yield piece;
        continue;
      }
      let sounds = false;
      const patience = patienceFor(ports.clock, signal, 'TTS_TIMEOUT', () => listener.patienceMs(sounds));
      for await (const pcm of waitForEach(patience, () => ahead.take(piece.text))) {
        if (signal.aborted) return;
        // Not before there is sound of it: the transcript must not claim what nobody could hear.
        if (!sounds) yield piece;
        sounds = true;
        listener.hears(pcm);
        yield { type: 'sound', pcm };
      }
      if (signal.aborted) return;
      if (!sounds)
        throw new ProviderError('TTS_EMPTY', 'the synthesiser gave no sound', { retryable: false });
      yield { type: 'said' };
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}

/** Knows how long the sound that was given out still lasts, and so how long the caller can be left without more. */
class Listener {
  readonly #clock: Clock;
  #hearsUntilMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hears({ samples, rateHz }: Pcm): void {
    const fromMs = Math.max(this.#clock.now(), this.#hearsUntilMs ?? 0);
    this.#hearsUntilMs = fromMs + (samples.length / rateHz) * 1000;
  }

  /** `inSentence`: the next piece goes on with a sentence that sounds already. */
  patienceMs(inSentence: boolean): number {
    if (this.#hearsUntilMs === undefined) return TTS_FIRST_MS;
    const leftMs = Math.max(0, this.#hearsUntilMs - this.#clock.now());
    return leftMs + (inSentence ? TTS_STEP_MS : TTS_NEXT_MS);
  }
}

/** The sentences of an utterance, as they come. */
async function* words(
  order: UtterOrder,
  { operator, clock, clauseFirst = false }: UtterPorts,
  signal: AbortSignal,
): AsyncGenerator<Words> {
  const task = operatorTask(order);
  const fallback: Words = {
    type: 'sentence',
    text: phrase(order.kind === 'reply' ? 'apology' : order.kind, order.language, order.utterance),
  };
  if (task === undefined) {
    yield fallback;
    return;
  }
  const splitter = new SentenceSplitter({ firstClause: clauseFirst });
  let speaks = false;
  let any = false;
  try {
    const { language, history, remainingPairs } = order;
    const { prompt } = order.plan;
    const brief = operatorBrief({ prompt, language, task, remainingPairs });
    const request = { task, brief, prompt, language, history: boundHistory(history) };
    const stepMs = (): number => (speaks ? OPERATOR_STEP_MS : OPERATOR_FIRST_MS);
    const patience = patienceFor(clock, signal, 'OPERATOR_TIMEOUT', stepMs);
    for await (const piece of waitForEach(patience, (inner) => operator.reply(request, inner))) {
      speaks ||= piece.trim() !== '';
      for (const text of splitter.push(piece)) {
        any = true;
        yield { type: 'sentence', text };
      }
      yield { type: 'guess', text: splitter.guess() };
    }
    for (const text of splitter.flush()) {
      any = true;
      yield { type: 'sentence', text };
    }
    if (!any && !signal.aborted) {
      throw new ProviderError('OPERATOR_FAILED', 'the operator said nothing', { retryable: false });
    }
  } catch (error) {
    if (signal.aborted) return;
    yield { type: 'failed', failure: failureOf('operator', error) };
    if (!any) yield fallback;
  }
}

function patienceFor(
  clock: Clock,
  signal: AbortSignal,
  code: ProviderErrorCode,
  stepMs: () => number,
): Patience {
  let ms = 0;
  return {
    clock,
    ms: () => (ms = stepMs()),
    signal,
    late: () => new ProviderError(code, `nothing came for ${(ms / 1000).toFixed(1)} s`, { retryable: true }),
  };
}

function operatorTask(order: UtterOrder): OperatorTask | undefined {
  switch (order.kind) {
    case 'greeting':
      return 'greet';
    case 'reply':
      return 'reply';
    case 'closing':
      return 'close';
    case 'clarify':
    case 'reprompt':
    case 'apology':
      return undefined;
  }
}
