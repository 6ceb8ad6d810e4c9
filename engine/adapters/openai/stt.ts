import { APIError, toFile } from 'openai';
import {
  type CallLanguage,
  LANGUAGE_FACTS,
  languageFromIso,
  type SpokenLanguage,
} from '../../contract/languages.ts';
import { writeWav } from '../../media/wav.ts';
import type { Recognition, SpeechToText } from '../../ports/speech.ts';
import type { Ask, OpenAiClient } from './client.ts';
import { nonsenseError } from './errors.ts';
import { isHallucination } from './hallucinations.ts';
import { languageOfText } from './language-of-text.ts';

/** Whisper's names of the languages of D8 (`verbose_json` says "russian", not "ru"). */
const WHISPER_NAMES: Readonly<Record<string, SpokenLanguage>> = {
  russian: 'ru',
  uzbek: 'uz',
  tajik: 'tj',
  kazakh: 'kk',
  kyrgyz: 'ky',
  turkmen: 'tm',
  azerbaijani: 'az',
  persian: 'fa-af',
  english: 'en',
  turkish: 'tr',
};

/** Whisper's own thresholds (openai/whisper, `transcribe`): above and below these it takes a segment for silence. */
const NO_SPEECH = 0.6;
const LOW_LOGPROB = -1;
/** The same source: text that compresses better than this repeats itself, which is no speech. */
const HIGH_COMPRESSION = 2.4;

/** Less sound than this holds no word, and the API refuses it (0.1 s). */
const MIN_SECONDS = 0.1;

interface Segment {
  readonly avg_logprob: number;
  readonly no_speech_prob: number;
  readonly compression_ratio: number;
}

interface Transcript {
  readonly text: string;
  readonly language?: unknown;
  readonly segments?: unknown;
  readonly logprobs?: unknown;
}

/** Recognition by `/v1/audio/transcriptions`. */
export function createOpenAiStt(client: OpenAiClient, model: string): SpeechToText {
  // Only whisper models know verbose_json; the gpt-4o ones answer `json` and tell no language: their text does.
  const verbose = /whisper/i.test(model);
  const tellsLogprobs = /^gpt-4o(?:-mini)?-transcribe(?!-diarize)/.test(model);
  /** Hints that this server has refused: OpenAI's own takes about 60 languages, and tg, tk and uz are not among them. */
  const refused = new Set<string>();
  return {
    name: `openai:${model}`,
    async recognise(audio, hint, signal) {
      signal.throwIfAborted();
      if (audio.samples.length < audio.rateHz * MIN_SECONDS) return { kind: 'not_recognised' };
      const wav = writeWav(audio.rateHz, [audio.samples]);
      const hinted = isoHint(hint.language);
      const ask: Ask<Transcript> = async (sdk, linked) => {
        const transcribe = async (language: string | undefined): Promise<unknown> => {
          const body = {
            file: await toFile(wav, 'turn.wav', { type: 'audio/wav' }),
            model,
            temperature: 0,
            ...(language !== undefined && { language }),
          };
          return verbose
            ? await sdk.audio.transcriptions.create(
                { ...body, response_format: 'verbose_json' },
                { signal: linked },
              )
            : await sdk.audio.transcriptions.create(
                { ...body, response_format: 'json', ...(tellsLogprobs && { include: ['logprobs'] }) },
                { signal: linked },
              );
        };
        const language = hinted === undefined || refused.has(hinted) ? undefined : hinted;
        const answer = await transcribe(language).catch(async (error: unknown) => {
          if (language === undefined || !isLanguageRefused(error)) throw error;
          const without = await transcribe(undefined);
          refused.add(language);
          return without;
        });
        return transcriptOf(answer);
      };
      const answer = await client.once('STT', client.timeouts.sttMs, signal, ask, ask);
      return recognitionOf(answer, hint.language);
    },
  };
}

/** The hint for Whisper: none for `auto`, and none for a language it does not know. */
function isoHint(language: CallLanguage): string | undefined {
  if (language === 'auto') return undefined;
  const { iso, whisperHint } = LANGUAGE_FACTS[language];
  return whisperHint ? iso : undefined;
}

/** The server would take the sound, and not this language's name. */
function isLanguageRefused(error: unknown): boolean {
  return (
    error instanceof APIError &&
    (error.status === 400 || error.status === 422) &&
    /language/i.test(error.message)
  );
}

/** Some servers send JSON as text. Anything without a `text` is no transcription. */
function transcriptOf(answer: unknown): Transcript {
  let value = answer;
  if (typeof value === 'string') {
    try {
      value = JSON.parse(value);
    } catch {
      throw nonsenseError('STT', value === '' ? 'nothing' : 'no JSON');
    }
  }
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string')
    throw nonsenseError('STT', 'JSON without a text');
  return value as Transcript;
}

function recognitionOf(answer: Transcript, hint: CallLanguage): Recognition {
  const text = answer.text.trim();
  const segments = Array.isArray(answer.segments) ? answer.segments.filter(isSegment) : [];
  if (isHallucination(text) || (segments.length > 0 && segments.every(isSilence)))
    return { kind: 'not_recognised' };

  const told = answer.language ?? undefined;
  const language = hint !== 'auto' ? hint : told === undefined ? languageOfText(text) : languageOf(told);
  const confidence = confidenceOf(
    segments.length > 0 ? segments.map((segment) => segment.avg_logprob) : logprobsOf(answer.logprobs),
  );
  return {
    kind: 'recognised',
    text,
    ...(language !== undefined && { language }),
    ...(confidence !== undefined && { confidence }),
  };
}

/** The mean of logarithms as a probability, 0…1. */
function confidenceOf(logprobs: readonly number[]): number | undefined {
  if (logprobs.length === 0) return undefined;
  const mean = logprobs.reduce((sum, logprob) => sum + logprob, 0) / logprobs.length;
  return Math.min(1, Math.max(0, Math.exp(mean)));
}

function logprobsOf(tokens: unknown): number[] {
  if (!Array.isArray(tokens)) return [];
  return tokens
    .map((token: unknown) => (token as { readonly logprob?: unknown } | null)?.logprob)
    .filter((logprob): logprob is number => typeof logprob === 'number' && Number.isFinite(logprob));
}

function isSegment(value: unknown): value is Segment {
  const { avg_logprob, no_speech_prob, compression_ratio } = (value ?? {}) as Partial<Segment>;
  return [avg_logprob, no_speech_prob, compression_ratio].every(Number.isFinite);
}

function isSilence({ no_speech_prob, avg_logprob, compression_ratio }: Segment): boolean {
  return (no_speech_prob > NO_SPEECH && avg_logprob < LOW_LOGPROB) || compression_ratio > HIGH_COMPRESSION;
}

function languageOf(name: unknown): SpokenLanguage | undefined {
  if (typeof name !== 'string') return undefined;
  return WHISPER_NAMES[name.toLowerCase()] ?? languageFromIso(name);
}
