import { ProviderError } from '../contract/errors.ts';
import { operatorBrief } from '../dialogue/brief.ts';
import { boundHistory } from '../dialogue/history.ts';
import { phrase } from '../dialogue/phrases.ts';
import { SentenceSplitter } from '../dialogue/sentences.ts';
import type { Operator, OperatorTask } from '../ports/operator.ts';
import type { TextToSpeech } from '../ports/speech.ts';
import type { UtterOrder } from './call-context.ts';
import { failureOf, type CallMachineEvent, type StageFailure } from './call-events.ts';
import type { UtteranceSink } from './media-path.ts';

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
  ports: { readonly operator: Operator; readonly tts: TextToSpeech },
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
    for await (const sentence of sentences(order, ports.operator, tell, signal)) {
      const request = { text: sentence, language: order.language, voice: order.plan.voice };
      let sounds = false;
      for await (const pcm of ports.tts.speak(request, signal)) {
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
  operator: Operator,
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
    for await (const piece of operator.reply(request, signal)) {
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
