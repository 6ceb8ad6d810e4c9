import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { PersonaName } from '../contract/call-plan.ts';
import { PHRASE_BOOKS } from '../dialogue/phrase-books.ts';
import { loadCallerVoices, type CallerLine } from '../far-end/caller-voices.ts';
import type { Operator } from '../ports/operator.ts';
import type { Pcm, SpeechToText, TextToSpeech } from '../ports/speech.ts';
import { callFacts, only } from '../testing/call-lab-facts.ts';
import { fakeOperator } from '../testing/call-lab-fakes.ts';
import { VOICES_DIR } from '../testing/call-lab-offline.ts';
import { CallLab } from '../testing/call-lab.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What each stage takes, ms: the transcription, the first token, the first byte of speech (bench:latency's profiles). */
const USUAL = { sttMs: 300, firstTokenMs: 350, firstByteMs: 250 };
const SLOW = { sttMs: 900, firstTokenMs: 900, firstByteMs: 700 };
type Profile = typeof USUAL;
const WORD_MS = 20;
const REPLY = 'Хорошо, я вас услышала. Расскажу подробнее, если вам это удобно.';
const WORDS_OF_FIRST_SENTENCE = 4;
const sumOf = ({ sttMs, firstTokenMs, firstByteMs }: Profile): number =>
  sttMs + firstTokenMs + WORDS_OF_FIRST_SENTENCE * WORD_MS + firstByteMs;
/** §4: there is sound by then, whatever the provider does. */
const SOUND_BY_MS = 1_500;
/** The turn's end is certain after this much silence; work that begins only then is later by all of it. */
const END_SILENCE_MS = 600;

/** Providers that take their time, and count what they do. */
function providers(clock: VirtualClock, { sttMs, firstTokenMs, firstByteMs }: Profile) {
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
        await takes(sttMs, signal);
        return { kind: 'recognised', text: 'Да, это интересно.', language: 'ru' };
      }),
  };
  const operator: Operator = {
    ...fakeOperator(clock, REPLY, 'none', 'До свидания!'),
    async *reply({ task }, signal) {
      await counted('operator', () => takes(firstTokenMs, signal));
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
      await counted('tts', () => takes(firstByteMs, signal));
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

  const hold = async (persona: PersonaName, profile = USUAL) => {
    const clock = new VirtualClock();
    const made = providers(clock, profile);
    const lab = await CallLab.open({
      lines,
      clock,
      fakes: ['stt', 'operator', 'tts'],
      fillers: true,
      ...made,
    });
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
        expect(gapMs).toBeGreaterThanOrEqual(sumOf(USUAL));
        expect(gapMs).toBeLessThan(sumOf(USUAL) + END_SILENCE_MS - 200);
      }
      // What was only foreseen is nowhere: each transcribed turn had ended, and each reply answers one.
      const ended = new Set(only(events, 'turn.ended').map(({ turn }) => turn));
      for (const { turn } of only(events, 'turn.transcribed')) expect(ended).toContain(turn);
      expect(only(events, 'provider.failed')).toEqual([]);
      expect(working()).toBe(0);
      expect(lab.troubles).toEqual([]);
    },
  );

  it('greets as soon as the receiver is lifted: the words were found while it rang', async () => {
    const { events } = await hold('interested');
    const [greeting] = only(events, 'utterance.started');
    expect(greeting).toMatchObject({ kind: 'greeting' });
    expect(greeting!.startMs).toBeLessThan(100);
  });

  it.each([
    ['a reply', SLOW, 2],
    ['a recognition', { ...USUAL, sttMs: 2_500 }, 2],
    // The persona loses patience before long.
    ['everything', { sttMs: 2_500, firstTokenMs: 2_500, firstByteMs: 1_500 }, 1],
  ])('bridges %s that is late: no silence over 1.5 s, one voice', async (_, slow, least) => {
    const { events, view, working, lab } = await hold('interested', slow);
    // The greeting has been prepared while it rang, or is bridged too.
    const fillers = only(events, 'filler.said').filter(({ replyTo }) => replyTo !== undefined);
    const replies = only(events, 'utterance.started').filter(({ kind }) => kind === 'reply');
    expect(replies.length).toBeGreaterThanOrEqual(least);
    expect(fillers.length).toBeGreaterThanOrEqual(least * Math.floor(sumOf(slow) / 2_500));
    for (const { gapMs } of fillers) {
      expect(gapMs).toBeLessThanOrEqual(SOUND_BY_MS);
      expect(gapMs).toBeGreaterThan(1_250);
    }
    for (const { replyTo, gapMs } of replies) {
      expect(fillers.some((filler) => filler.replyTo === replyTo)).toBe(true);
      expect(gapMs).toBeLessThanOrEqual(SOUND_BY_MS);
    }
    for (const { text } of fillers) expect(PHRASE_BOOKS.ru.filler).toContain(text);
    // Not the same words each time, and never in the words that the operator knows of.
    expect(new Set(fillers.map(({ text }) => text)).size).toBeGreaterThan(1);
    for (const { text } of only(events, 'utterance.finished'))
      expect(PHRASE_BOOKS.ru.filler.some((filler) => text.includes(filler))).toBe(false);
    expect(view.providerFailures).toBe(0);
    expect(working()).toBe(0);
    expect(callFacts(view, events, lab.recordings.file(view.recording!)).overlappingUtterances).toBe(0);
  });

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
