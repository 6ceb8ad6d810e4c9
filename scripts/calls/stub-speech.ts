import { setTimeout as sleep } from 'node:timers/promises';
import type { Operator } from '../../engine/ports/operator.ts';
import type { SpeechToText, TextToSpeech } from '../../engine/ports/speech.ts';
import type { Profile } from '../latency/profiles.ts';
import { fixedWords, namedReply, streamed } from '../latency/provider-words.ts';

const RATE_HZ = 24_000;
/** What one read of the provider's answer brings. */
const CHUNK_SAMPLES = 2_400;
const S_PER_CHAR = 0.045;
const LONGEST_S = 20;

const TONE = Int16Array.from({ length: LONGEST_S * RATE_HZ }, (_, i) =>
  Math.round(8_000 * Math.sin((2 * Math.PI * 440 * i) / RATE_HZ)),
);

/** Speech that costs the process nothing but timers: a provider's pace without its HTTP. */
export function stubSpeech(profile: Profile): {
  readonly stt: SpeechToText;
  readonly operator: Operator;
  readonly tts: TextToSpeech;
} {
  let replies = 0;
  return {
    stt: {
      name: 'stub',
      recognise: async (_audio, { language }, signal) => {
        await sleep(profile.sttMs, undefined, { signal });
        return { kind: 'recognised', text: language === 'ru' ? 'Расскажите о тарифе.' : 'Tell me about it.' };
      },
    },
    operator: {
      name: 'stub',
      async *reply({ task, language }, signal) {
        await sleep(profile.chatMs, undefined, { signal });
        const own = language === 'ru' ? 'ru' : 'en';
        const words =
          task === 'reply'
            ? namedReply(own, replies++).words
            : fixedWords(own, task === 'greet' ? 'greeting' : 'goodbye');
        for (const word of streamed(words)) {
          yield word;
          await sleep(profile.wordMs, undefined, { signal });
        }
      },
      analyse: () => Promise.reject(new Error('the bench ends with the call')),
      followUp: () => Promise.reject(new Error('the bench ends with the call')),
    },
    tts: {
      name: 'stub',
      async *speak({ text }, signal) {
        await sleep(profile.ttsMs, undefined, { signal });
        const samples = Math.min(TONE.length, Math.round(text.length * S_PER_CHAR * RATE_HZ));
        for (let at = 0; at < samples; at += CHUNK_SAMPLES)
          yield { samples: TONE.subarray(at, Math.min(at + CHUNK_SAMPLES, samples)), rateHz: RATE_HZ };
      },
    },
  };
}
