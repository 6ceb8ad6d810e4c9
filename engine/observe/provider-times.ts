import type { Clock } from '../ports/clock.ts';
import type { Operator } from '../ports/operator.ts';
import type { SpeechToText, TextToSpeech } from '../ports/speech.ts';

export interface Speech {
  readonly stt: SpeechToText;
  readonly operator: Operator;
  readonly tts: TextToSpeech;
}

/**
 * How long a provider was waited for until the first of its answer was there, ms: the recognition, the first words, the
 * first sound. Requests that failed or were given up are not told of.
 */
export type OnProviderTime = (stage: 'stt' | 'operator' | 'tts', firstMs: number) => void;

/** The same providers, with a watch on each request of a conversation. */
export function withProviderTimes(
  { stt, operator, tts }: Speech,
  clock: Pick<Clock, 'now'>,
  onTime: OnProviderTime,
): Speech {
  const watch = (stage: Parameters<OnProviderTime>[0]): (() => void) => {
    const startedMs = clock.now();
    return () => onTime(stage, clock.now() - startedMs);
  };
  return {
    stt: {
      name: stt.name,
      recognise: async (audio, hint, signal) => {
        const answered = watch('stt');
        const recognition = await stt.recognise(audio, hint, signal);
        answered();
        return recognition;
      },
    },
    operator: {
      name: operator.name,
      // Asked at once, as without the watch: the work must not wait for who reads it.
      reply: (request, signal) => firstOf(watch('operator'), operator.reply(request, signal)),
      analyse: (request, signal) => operator.analyse(request, signal),
      followUp: (request, signal) => operator.followUp(request, signal),
    },
    tts: {
      name: tts.name,
      ...(tts.variant !== undefined && { variant: (request) => tts.variant?.(request) ?? tts.name }),
      speak: (request, signal) => firstOf(watch('tts'), tts.speak(request, signal)),
    },
  };
}

async function* firstOf<T>(onFirst: () => void, pieces: AsyncIterable<T>): AsyncGenerator<T, void> {
  let first = true;
  for await (const piece of pieces) {
    if (first) onFirst();
    first = false;
    yield piece;
  }
}
