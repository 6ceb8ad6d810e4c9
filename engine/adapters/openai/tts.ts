import { APIError } from 'openai';
import { ProviderError } from '../../contract/errors.ts';
import { LANGUAGE_FACTS, type Voice } from '../../contract/languages.ts';
import type { SpeechRequest, TextToSpeech } from '../../ports/speech.ts';
import type { Ask, OpenAiClient } from './client.ts';
import { nonsenseError } from './errors.ts';
import { samplesOf, soundOf } from './pcm.ts';
import { CLASSIC_VOICES } from './voices.ts';

/** Speech by `/v1/audio/speech`, yielded from its first bytes. */
export function createOpenAiTts(
  client: OpenAiClient,
  model: string,
  voices: Readonly<Record<Voice, string>>,
): TextToSpeech {
  // The tts-1 models refuse `instructions`.
  const instructed = !/^tts-1/.test(model);
  /** Voices that this server has refused: a call must not change its voice from sentence to sentence. */
  const refused = new Set<string>();
  const nameOf = (voice: Voice) => (refused.has(voices[voice]) ? CLASSIC_VOICES[voice] : voices[voice]);

  const open =
    ({ text, language, voice }: SpeechRequest): Ask<AsyncIterable<Uint8Array>> =>
    async (sdk, signal) => {
      const say = (name: string) =>
        sdk.audio.speech.create(
          {
            model,
            voice: name,
            input: text,
            response_format: 'pcm',
            ...(instructed && {
              instructions: `A polite phone operator. Speak ${LANGUAGE_FACTS[language].ownName} as a native speaker, calmly and clearly.`,
            }),
          },
          { signal },
        );
      const name = nameOf(voice);
      const response = await say(name).catch(async (error: unknown) => {
        if (!isVoiceRefused(error) || name === CLASSIC_VOICES[voice]) throw error;
        const answer = await say(CLASSIC_VOICES[voice]);
        refused.add(name);
        return answer;
      });
      const type = response.headers.get('content-type') ?? '';
      if (/^(?:text\/|application\/(?:json|xml)|audio\/(?!pcm|l16|basic|x-raw))/i.test(type)) {
        await response.body?.cancel();
        throw nonsenseError('TTS', `${type.slice(0, 60)} in place of PCM`);
      }
      if (response.body === null) return soundOf(nothing());
      return soundOf(response.body as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>);
    };

  return {
    name: `openai:${model}`,
    variant: ({ voice }) => `openai:${model}:${nameOf(voice)}`,
    async *speak(request, signal) {
      signal.throwIfAborted();
      // The API refuses an empty text, and makes noises of its own for marks alone.
      if (!/[\p{L}\p{N}]/u.test(request.text))
        throw new ProviderError('TTS_EMPTY', 'there is nothing to say in the text', { retryable: false });
      const { speechFirstMs, speechIdleMs } = client.timeouts;
      const limits = { firstMs: speechFirstMs, idleMs: speechIdleMs };
      const ask = open(request);
      yield* samplesOf(client.stream('TTS', limits, signal, ask, ask));
    },
  };
}

/** The server knows the model and not this voice of it. */
function isVoiceRefused(error: unknown): boolean {
  return (
    error instanceof APIError &&
    (error.status === 400 || error.status === 422) &&
    /voice/i.test(error.message)
  );
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // A response without a body has no sound.
}
