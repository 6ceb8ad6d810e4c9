import type { UtterOrder } from './call-context.ts';
import { failureOf, type CallMachineEvent, type StageFailure } from './call-events.ts';
import type { UtteranceSink } from './assistant-voice.ts';
import type { SpeechPiece } from './speech.ts';

/**
 * Lets an utterance be heard: its sentences and their sound go to the sink as they come. Resolves when everything is
 * queued for playing, or the signal says that nobody listens.
 *
 * What a stage could not do and others did is told as `stage.failed`. When no sound could be made at all,
 * `utterance.failed` is told. What was queued is always said to its end.
 */
export async function utter(
  { utterance }: Pick<UtterOrder, 'utterance'>,
  pieces: AsyncIterable<SpeechPiece>,
  sink: UtteranceSink,
  tell: (event: CallMachineEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  let said = 0;
  const failed = (failure: StageFailure) => {
    if (signal.aborted) return;
    if (said === 0) tell({ type: 'utterance.failed', utterance, ...failure });
    else tell({ type: 'stage.failed', ...failure });
  };
  try {
    for await (const piece of pieces) {
      if (signal.aborted) return;
      switch (piece.type) {
        case 'sentence':
          sink.sentence(piece.text);
          break;
        case 'sound':
          sink.sound(piece.pcm);
          break;
        case 'said':
          said += 1;
          break;
        case 'failed':
          tell({ type: 'stage.failed', ...piece.failure });
      }
    }
  } catch (error) {
    failed(failureOf('tts', error));
  } finally {
    if (!signal.aborted && said > 0) sink.end();
    else sink.cancel();
  }
}
