import { ProviderError, type ProviderErrorCode } from '../contract/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { CallAnalysis, Operator } from '../ports/operator.ts';
import type { Pcm, SpeechToText, TextToSpeech } from '../ports/speech.ts';

/** How a provider goes wrong. */
export type Fault =
  /** Works. */
  | 'none'
  /** Rejects at once with a ProviderError. */
  | 'fails'
  /** Begins, and then rejects. */
  | 'breaks'
  /** Does nothing until it is aborted. */
  | 'hangs'
  /** Ends without having given anything. */
  | 'empty'
  /** Answers when the call is long over, and does not heed the signal. */
  | 'late';

const LATE_MS = 300_000;
const RATE_HZ = 8000;
const MS_A_LETTER = 50;

/** Ears that understand everything as `text`. */
export function fakeStt(clock: Clock, text: string, fault: Fault = 'none'): SpeechToText {
  return {
    name: 'fake-ears',
    recognise: async (_audio, _hint, signal) => {
      switch (fault) {
        case 'fails':
        case 'breaks':
          throw failure('STT_FAILED');
        case 'hangs':
          return aborted(signal);
        case 'empty':
          return { kind: 'not_recognised' };
        case 'late':
          await sleep(clock, LATE_MS);
          break;
        case 'none':
      }
      return { kind: 'recognised', text };
    },
  };
}

/** A mind that says the same again and again; `goodbye` is what it closes with. */
export function fakeOperator(clock: Clock, text: string, fault: Fault = 'none', goodbye = text): Operator {
  const analysis: CallAnalysis = { finalDisposition: 'neutral', shortSummary: 'Разговор.', interest: '' };
  return {
    name: 'fake-mind',
    async *reply({ task }, signal) {
      if (fault === 'fails') throw failure('OPERATOR_FAILED');
      if (fault === 'hangs') await aborted(signal);
      if (fault === 'late') await sleep(clock, LATE_MS);
      if (fault === 'empty') return;
      yield task === 'close' ? goodbye : text;
      if (fault === 'breaks') throw failure('OPERATOR_FAILED');
    },
    analyse: () => Promise.resolve(analysis),
    followUp: () => Promise.resolve('Спасибо!'),
  };
}

/** A voice that hums: 50 ms a letter. It breaks in the second half of every sentence. */
export function fakeTts(clock: Clock, fault: Fault = 'none'): TextToSpeech {
  return {
    name: 'fake-voice',
    async *speak({ text }, signal) {
      if (fault === 'fails') throw failure('TTS_FAILED');
      if (fault === 'hangs') await aborted(signal);
      if (fault === 'late') await sleep(clock, LATE_MS);
      if (fault === 'empty') return;
      const whole = hum(text.length * MS_A_LETTER);
      const half = Math.floor(whole.length / 2);
      yield pcm(whole.subarray(0, half));
      if (fault === 'breaks') throw failure('TTS_FAILED');
      yield pcm(whole.subarray(half));
    },
  };
}

function failure(code: ProviderErrorCode): ProviderError {
  return new ProviderError(code, 'the fake was told to fail', { retryable: false });
}

function hum(ms: number): Int16Array {
  return Int16Array.from({ length: (ms * RATE_HZ) / 1000 }, (_, i) => 6000 * Math.sin(i / 6));
}

function pcm(samples: Int16Array): Pcm {
  return { samples, rateHz: RATE_HZ };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.setTimeout(() => resolve(), ms));
}
