import { ProviderError, type ProviderErrorCode } from '../contract/errors.ts';
import { operatorBrief } from '../dialogue/brief.ts';
import { boundHistory } from '../dialogue/history.ts';
import { phrase } from '../dialogue/phrases.ts';
import { SentenceSplitter } from '../dialogue/sentences.ts';
import type { Clock } from '../ports/clock.ts';
import type { Operator, OperatorTask } from '../ports/operator.ts';
import type { TextToSpeech } from '../ports/speech.ts';
import type { UtterOrder } from './call-context.ts';
import { failureOf, type CallMachineEvent, type StageFailure } from './call-events.ts';
import type { UtteranceSink } from './media-path.ts';
import { waitForEach, type Patience } from './patience.ts';

/** How long a caller can be left waiting for the next words, and for the next bit of their sound. */
const OPERATOR_STEP_MS = 8_000;
const TTS_STEP_MS = 8_000;

export interface UtterPorts {
  readonly clock: Clock;
  readonly operator: Operator;
  readonly tts: TextToSpeech;
}

/**
 * Makes one utterance: words from the operator (or a fixed phrase), cut into sentences as they stream, each spoken
 * as soon as it is whole. Resolves when everything is queued for playing, or the signal says that nobody listens.
 *
 * When the operator fails before his first sentence or says nothing, the fixed phrase of this kind takes his place
 * (`stage.failed`). When no sound could be made at all, `utterance.failed` is told. What was queued is always said to
 * its end.
 */
export async function utter(
  order: UtterOrder,
  ports: UtterPorts,
  sink: UtteranceSink,
  tell: (event: CallMachineEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let said = 0;
  const failed = (failure: StageFailure) => {
    if (signal.aborted) return;
    if (said === 0) tell({ type: 'utterance.failed', utterance: order.utterance, ...failure });
    else tell({ type: 'stage.failed', ...failure });
  };
  try {
    for await (const sentence of sentences(order, ports, tell, signal)) {
      const request = { text: sentence, language: order.language, voice: order.plan.voice };
      let sounds = false;
      const patience = patienceFor(ports.clock, signal, 'TTS_TIMEOUT', TTS_STEP_MS);
      for await (const pcm of waitForEach(patience, (inner) => ports.tts.speak(request, inner))) {
        if (signal.aborted) return;
        // Not before there is sound of it: the transcript must not claim what nobody could hear.
        if (!sounds) sink.sentence(sentence);
        sounds = true;
        sink.sound(pcm);
      }
      if (signal.aborted) return;
      if (!sounds)
        throw new ProviderError('TTS_EMPTY', 'the synthesiser gave no sound', { retryable: false });
      said += 1;
    }
  } catch (error) {
    failed(failureOf('tts', error));
  } finally {
    if (!signal.aborted && said > 0) sink.end();
    else sink.cancel();
  }
}

/** The sentences of an utterance, as they come. */
async function* sentences(
  order: UtterOrder,
  { operator, clock }: UtterPorts,
  tell: (event: CallMachineEvent) => void,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const task = operatorTask(order);
  const fallback = phrase(order.kind === 'reply' ? 'apology' : order.kind, order.language, order.utterance);
  if (task === undefined) {
    yield fallback;
    return;
  }
  const splitter = new SentenceSplitter();
  let any = false;
  try {
    const { language, history, remainingPairs } = order;
    const { prompt } = order.plan;
    const brief = operatorBrief({ prompt, language, task, remainingPairs });
    const request = { task, brief, prompt, language, history: boundHistory(history) };
    const patience = patienceFor(clock, signal, 'OPERATOR_TIMEOUT', OPERATOR_STEP_MS);
    for await (const piece of waitForEach(patience, (inner) => operator.reply(request, inner))) {
      for (const sentence of splitter.push(piece)) {
        any = true;
        yield sentence;
      }
    }
    for (const sentence of splitter.flush()) {
      any = true;
      yield sentence;
    }
    if (!any && !signal.aborted) {
      throw new ProviderError('OPERATOR_FAILED', 'the operator said nothing', { retryable: false });
    }
  } catch (error) {
    if (signal.aborted) return;
    tell({ type: 'stage.failed', ...failureOf('operator', error) });
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
