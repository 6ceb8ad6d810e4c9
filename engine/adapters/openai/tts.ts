import { ProviderError } from '../../contract/errors.ts';
import { LANGUAGE_FACTS, type Voice } from '../../contract/languages.ts';
import type { Pcm, TextToSpeech } from '../../ports/speech.ts';
import type { OpenAiClient } from './client.ts';

/** What `response_format: pcm` is: 24 kHz, 16 bits, little-endian, mono, no header. */
const RATE_HZ = 24_000;

/** Speech by `/v1/audio/speech`, yielded from its first bytes. */
export function createOpenAiTts(
  client: OpenAiClient,
  model: string,
  voices: Readonly<Record<Voice, string>>,
): TextToSpeech {
  // The tts-1 models refuse `instructions`.
  const instructed = !/^tts-1/.test(model);
  return {
    name: `openai:${model}`,
    async *speak({ text, language, voice }, signal) {
      signal.throwIfAborted();
      const { speechFirstMs, speechIdleMs } = client.timeouts;
      const limits = { firstMs: speechFirstMs, idleMs: speechIdleMs };
      const bytes = client.stream('TTS', limits, signal, async (sdk, linked) => {
        const response = await sdk.audio.speech.create(
          {
            model,
            voice: voices[voice],
            input: text,
            response_format: 'pcm',
            ...(instructed && {
              instructions: `A polite phone operator. Speak ${LANGUAGE_FACTS[language].ownName} as a native speaker, calmly and clearly.`,
            }),
          },
          { signal: linked },
        );
        if (response.body === null) return emptyStream();
        return response.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>;
      });

      let spoken = false;
      for await (const pcm of samplesOf(bytes)) {
        spoken = true;
        yield pcm;
      }
      if (!spoken) {
        throw new ProviderError(
          'TTS_EMPTY',
          'the speech server sent no sound: check the model and the voice',
          {
            retryable: true,
          },
        );
      }
    },
  };
}

/** Cuts bytes into samples. A chunk may end in the middle of a sample: the odd byte is carried to the next. */
async function* samplesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Pcm> {
  let carried: number | undefined;
  for await (const chunk of chunks) {
    const offset = carried === undefined ? 0 : 1;
    const length = chunk.length + offset;
    const bytes = new Uint8Array(length);
    if (carried !== undefined) bytes[0] = carried;
    bytes.set(chunk, offset);
    carried = length % 2 === 1 ? bytes[length - 1] : undefined;

    const view = new DataView(bytes.buffer);
    const samples = new Int16Array(length >> 1);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * 2, true);
    if (samples.length > 0) yield { samples, rateHz: RATE_HZ };
  }
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {
  // A response without a body has no sound.
}
