import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PersonaName } from '../contract/call-plan.ts';
import { loadCallerVoices, type CallerLine } from '../far-end/caller-voices.ts';
import type { Operator } from '../ports/operator.ts';
import type { Pcm, SpeechToText, TextToSpeech } from '../ports/speech.ts';
import { only } from '../testing/call-lab-facts.ts';
import { fakeOperator } from '../testing/call-lab-fakes.ts';
import { VOICES_DIR } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

vi.setConfig({ testTimeout: 60_000 });

/** The «usual» provider of bench:latency. */
const STT_MS = 300;
const FIRST_TOKEN_MS = 350;
const WORD_MS = 20;
const FIRST_BYTE_MS = 250;
const REPLY = 'Хорошо, я вас услышала. Расскажу подробнее, если вам это удобно.';
const WORDS_OF_FIRST_SENTENCE = 4;
const PROVIDER_SUM_MS = STT_MS + FIRST_TOKEN_MS + WORDS_OF_FIRST_SENTENCE * WORD_MS + FIRST_BYTE_MS;
/** The turn's end is certain after this much silence; work that begins only then is later by all of it. */
const END_SILENCE_MS = 600;

/** Providers that take their time, and count what they do. */
function providers(clock: VirtualClock) {
  const stages = { stt: 0, operator: 0, tts: 0 };
  let working = 0;
  let stopped = 0;
  const takes = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = clock.setTimeout(() => {
        signal.removeEventListener('abort', stop);
        resolve();
      }, ms);
      const stop = (): void => {
        clock.clearTimeout(timer);
        reject(signal.reason as Error);
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
    });
  const counted = async <T>(stage: keyof typeof stages, work: () => Promise<T>): Promise<T> => {
    stages[stage] += 1;
    working += 1;
    try {
      return await work();
    } catch (error) {
      stopped += 1;
      throw error;
    } finally {
      working -= 1;
    }
  };
  const stt: SpeechToText = {
    name: 'slow-ears',
    recognise: (_audio, _hint, signal) =>
      counted('stt', async () => {
        await takes(STT_MS, signal);
        return { kind: 'recognised', text: 'Да, это интересно.', language: 'ru' };
      }),
  };
  const operator: Operator = {
    ...fakeOperator(clock, REPLY, 'none', 'До свидания!'),
    async *reply({ task }, signal) {
      await counted('operator', () => takes(FIRST_TOKEN_MS, signal));
      for (const word of (task === 'close' ? 'До свидания!' : REPLY).split(' ')) {
        await takes(WORD_MS, signal);
        yield `${word} `;
      }
    },
  };
  const sound: Pcm = {
    rateHz: 8000,
    samples: Int16Array.from({ length: 9_600 }, (_, i) => 6000 * Math.sin(i / 6)),
  };
  const tts: TextToSpeech = {
    name: 'slow-voice',
    async *speak(_request, signal) {
      await counted('tts', () => takes(FIRST_BYTE_MS, signal));
      yield sound;
    },
  };
  return { stt, operator, tts, stages, working: () => working, stopped: () => stopped };
}

describe('A whole call that works ahead in the caller’s pauses', () => {
  let lines: readonly CallerLine[];
  beforeAll(async () => {
    lines = await loadCallerVoices(VOICES_DIR);
  });

  const hold = async (persona: PersonaName) => {
    const clock = new VirtualClock();
    const made = providers(clock);
    const lab = await CallLab.open({ lines, clock, fakes: ['stt', 'operator', 'tts'], ...made });
    const view = await lab.call({ phone: '+79990000001', language: 'ru', farEnd: { persona } });
    const events = lab.journal.events(view.callId);
    const gaps = only(events, 'utterance.started').flatMap(({ kind, gapMs }) =>
      kind === 'reply' && gapMs !== undefined ? [gapMs] : [],
    );
    return { lab, view, events, gaps, ...made };
  };

  it.each<PersonaName>(['interested', 'neutral', 'long_winded'])(
    '%s hears the reply long before work begun at the turn’s end could give it',
    async (persona) => {
      const { lab, events, gaps, working } = await hold(persona);
      expect(gaps.length).toBeGreaterThanOrEqual(2);
      for (const gapMs of gaps) {
        expect(gapMs).toBeGreaterThanOrEqual(PROVIDER_SUM_MS);
        expect(gapMs).toBeLessThan(PROVIDER_SUM_MS + END_SILENCE_MS - 200);
      }
      // What was only foreseen is nowhere: each transcribed turn had ended, and each reply answers one.
      const ended = new Set(only(events, 'turn.ended').map(({ turn }) => turn));
      for (const { turn } of only(events, 'turn.transcribed')) expect(ended).toContain(turn);
      expect(only(events, 'provider.failed')).toEqual([]);
      expect(working()).toBe(0);
      expect(lab.troubles).toEqual([]);
    },
  );

  it('stops what it began in a pause that was not the end, and says nothing of it', async () => {
    const { events, stages, stopped, working } = await hold('long_winded');
    const turns = only(events, 'turn.transcribed').length;
    expect(stages.stt).toBeGreaterThan(turns);
    expect(stopped()).toBeGreaterThan(0);
    expect(working()).toBe(0);
    // Never heard early: nothing is said while he speaks, not in his pauses either.
    const spans = only(events, 'turn.ended');
    for (const { startMs } of only(events, 'utterance.started')) {
      expect(spans.filter((turn) => turn.startMs < startMs && startMs < turn.endMs)).toEqual([]);
    }
  });
});
