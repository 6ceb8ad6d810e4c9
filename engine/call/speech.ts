import { ProviderError, type ProviderErrorCode } from '../contract/errors.ts';
import { operatorBrief } from '../dialogue/brief.ts';
import { boundHistory } from '../dialogue/history.ts';
import { phrase } from '../dialogue/phrases.ts';
import { SentenceSplitter } from '../dialogue/sentences.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operator, OperatorTask } from '../ports/operator.ts';
import type { Pcm, TextToSpeech } from '../ports/speech.ts';
import type { UtterOrder } from './call-context.ts';
import { failureOf, type StageFailure } from './call-events.ts';
import { waitForEach, type Patience } from './patience.ts';

/** How long a caller can be left waiting for the next words, and for the next bit of their sound. */
const OPERATOR_STEP_MS = 8_000;
const TTS_STEP_MS = 8_000;

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
 * as soon as it is whole. When the operator fails before his first sentence or says nothing, the fixed phrase of this
 * kind takes his place. Throws when a sentence cannot be spoken. It is heard by nobody yet: see utter.ts.
 */
export async function* speech(
  order: UtterOrder,
  ports: UtterPorts,
  signal: AbortSignal,
): AsyncGenerator<SpeechPiece> {
  for await (const piece of words(order, ports, signal)) {
    if (piece.type === 'failed') {
      yield piece;
      continue;
    }
    const request = { text: piece.text, language: order.language, voice: order.plan.voice };
    let sounds = false;
    const patience = patienceFor(ports.clock, signal, 'TTS_TIMEOUT', TTS_STEP_MS);
    for await (const pcm of waitForEach(patience, (inner) => ports.tts.speak(request, inner))) {
      if (signal.aborted) return;
      // Not before there is sound of it: the transcript must not claim what nobody could hear.
      if (!sounds) yield piece;
      sounds = true;
      yield { type: 'sound', pcm };
    }
    if (signal.aborted) return;
    if (!sounds) throw new ProviderError('TTS_EMPTY', 'the synthesiser gave no sound', { retryable: false });
    yield { type: 'said' };
  }
}

type Words = Extract<SpeechPiece, { type: 'sentence' | 'failed' }>;

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
  let any = false;
  try {
    const { language, history, remainingPairs } = order;
    const { prompt } = order.plan;
    const brief = operatorBrief({ prompt, language, task, remainingPairs });
    const request = { task, brief, prompt, language, history: boundHistory(history) };
    const patience = patienceFor(clock, signal, 'OPERATOR_TIMEOUT', OPERATOR_STEP_MS);
    for await (const piece of waitForEach(patience, (inner) => operator.reply(request, inner))) {
      for (const text of splitter.push(piece)) {
        any = true;
        yield { type: 'sentence', text };
      }
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

function patienceFor(clock: Clock, signal: AbortSignal, code: ProviderErrorCode, ms: number): Patience {
  return {
    clock,
    ms,
    signal,
    late: () => new ProviderError(code, `nothing came for ${ms / 1000} s`, { retryable: true }),
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
