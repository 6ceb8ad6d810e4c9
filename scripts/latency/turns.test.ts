import { describe, expect, it } from 'vitest';
import type { CallEventDraft, UtteranceKind } from '../../engine/contract/call-event.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { seededRandom } from '../../engine/far-end/random.ts';
import type { TimedEvent } from './hold-calls.ts';
import type { ProviderEntry } from './provider-log.ts';
import { promptOf, type Prompt } from './prompts.ts';
import { measureTurns } from './turns.ts';

const CALL = toCallId('00000000-0000-4000-8000-000000000004');
/** When the recording began, by the monotonic clock. */
const ZERO_MS = 50_000;
const LENGTH_MS = 14_000;

function samples(ms: number, level: number, random: () => number): number[] {
  return Array.from({ length: ms * 8 }, () => (random() * 2 - 1) * level);
}

/** 2 s of syllables; 300 ms of silence behind the first 800 ms. */
function prompt(key: string, text: string, seed: number): Prompt {
  const random = seededRandom(seed);
  const syllables = (count: number, ms: number) =>
    Array.from({ length: count }, () => samples(ms, 1500 + random() * 6000, random)).flat();
  const pcm = Int16Array.from([...syllables(8, 100), ...samples(300, 10, random), ...syllables(9, 100)]);
  return promptOf({ key, language: 'en', file: key, text, rateHz: 8000, pcm })!;
}

const first = prompt('en/first', 'Please try it again.', 1);
const second = prompt('en/second', 'That is, not valid.', 2);

/** The call's recording: prompts and replies at these moments, ms. */
function recording(prompts: readonly (readonly [ms: number, pcm: Int16Array])[], replies: readonly number[]) {
  const caller = new Int16Array(LENGTH_MS * 8);
  const assistant = new Int16Array(LENGTH_MS * 8);
  for (const [ms, pcm] of prompts) caller.set(pcm, ms * 8);
  const tone = Int16Array.from({ length: 1500 * 8 }, (_, at) => 8000 * Math.sin(at));
  for (const ms of replies) assistant.set(tone, ms * 8);
  return { caller, assistant, rateHz: 8000 };
}

function told(drafts: readonly (readonly [ms: number, draft: CallEventDraft])[]): readonly TimedEvent[] {
  return drafts.map(([ms, draft], at) => ({
    event: { ...draft, callId: CALL, seq: at + 1, at: '2026-01-01T00:00:00.000Z' },
    toldMs: ZERO_MS + ms,
  }));
}

function reply(
  utterance: number,
  startMs: number,
  text: string,
  kind: UtteranceKind = 'reply',
): readonly (readonly [number, CallEventDraft])[] {
  return [
    [startMs, { type: 'utterance.started', utterance, kind, startMs }],
    [startMs, { type: 'utterance.sentence', utterance, text }],
  ];
}

function entry(stage: ProviderEntry['stage'], cameMs: number, tookMs: number, rest: Partial<ProviderEntry>) {
  const arrivedMs = ZERO_MS + cameMs;
  return { stage, arrivedMs, answeredMs: arrivedMs + tookMs, aborted: false, text: '', ...rest };
}

describe('measureTurns', () => {
  it('measures the gap on the recording and finds the requests behind the reply', () => {
    const events = told([
      [2500, { type: 'turn.ended', turn: 1, startMs: 1000, endMs: 3000 }],
      ...reply(1, 4200, 'Request Silver Cedar is clear,'),
      ...reply(2, 9000, 'Say it again?', 'clarify'),
    ]);
    const log = [
      entry('stt', 2100, 300, { prompt: 'en/first', text: 'Please' }),
      entry('chat', 2410, 350, { text: 'Please', reply: 'Copper Harbor', clauseWords: 5, aborted: true }),
      entry('stt', 3200, 300, { prompt: 'en/first', text: 'Please try it again.' }),
      entry('chat', 3510, 350, { text: 'Please try it again.', reply: 'Silver Cedar', clauseWords: 5 }),
      entry('tts', 3950, 240, { text: 'Request Silver Cedar is clear,', reply: 'Silver Cedar' }),
    ];
    const prompts = [
      [1000, first.pcm],
      [6000, second.pcm],
    ] as const;
    const call = {
      callId: CALL,
      prompts: [first, second],
      events,
      recording: recording(prompts, [4200, 9000]),
    };
    const [one, two] = measureTurns(call, log, 'quiet');
    expect(one).toMatchObject({
      startMs: 1000,
      endMs: 3000,
      gapMs: 1200,
      premature: 0,
      cutOffs: 0,
      sound: 'reply',
      requests: { stt: 2, chat: 2, tts: 1 },
      cancelled: 1,
      parts: {
        toStt: 200,
        stt: 300,
        toChat: 10,
        chat: 350,
        toTts: 90,
        tts: 240,
        toSound: 10,
        overheadMs: 230,
      },
    });
    // No words of the operator.
    expect(two).toMatchObject({ gapMs: 1000, sound: 'clarify', requests: { stt: 0, chat: 0, tts: 0 } });
    expect(two?.parts).toBeUndefined();
  });

  it('tells the operator’s own words behind a filler', () => {
    const events = told([
      [
        4900,
        { type: 'filler.said', startMs: 4200, endMs: 4900, text: 'One moment, please.', complete: true },
      ],
      ...reply(1, 4900, 'Request Silver Cedar is clear,'),
    ]);
    const log = [
      entry('stt', 3200, 300, { prompt: 'en/first', text: 'Please try it again.' }),
      entry('chat', 3510, 350, { text: 'Please try it again.', reply: 'Silver Cedar', clauseWords: 5 }),
      entry('tts', 3950, 940, { text: 'Request Silver Cedar is clear,', reply: 'Silver Cedar' }),
    ];
    const call = {
      callId: CALL,
      prompts: [first],
      events,
      recording: recording([[1000, first.pcm]], [4200]),
    };
    const [turn] = measureTurns(call, log, 'quiet');
    expect(turn).toMatchObject({ gapMs: 1200, sound: 'filler', parts: { tts: 940, toSound: 10 } });
  });

  it('sees a reply that begins inside the prompt, the turn cut in two, and the silence after it', () => {
    const events = told([
      [2000, { type: 'turn.ended', turn: 1, startMs: 1000, endMs: 1800 }],
      ...reply(1, 2050, 'Request Silver Cedar is clear,'),
      [3500, { type: 'turn.ended', turn: 2, startMs: 2100, endMs: 3000 }],
    ]);
    const call = {
      callId: CALL,
      prompts: [first],
      events,
      recording: recording([[1000, first.pcm]], [2050]),
    };
    expect(measureTurns(call, [], 'quiet')).toMatchObject([{ premature: 1, cutOffs: 1, gapMs: undefined }]);
  });

  it('knows a late reply to an earlier prompt from a hasty one', () => {
    const events = told(reply(1, 7000, 'Request Silver Cedar is clear,'));
    const log = [
      entry('stt', 3200, 300, { prompt: 'en/first', text: 'Please try it again.' }),
      entry('chat', 3510, 900, { text: 'Please try it again.', reply: 'Silver Cedar', clauseWords: 5 }),
    ];
    const sounds = recording(
      [
        [1000, first.pcm],
        [6000, second.pcm],
      ],
      [7000],
    );
    const call = { callId: CALL, prompts: [first, second], events, recording: sounds };
    const [, two] = measureTurns(call, log, 'quiet');
    expect(two).toMatchObject({ premature: 0, tooLate: 1 });
  });

  it('takes the caller’s end from the prompt where noise hides it', () => {
    const random = seededRandom(9);
    const clean = recording([[1000, first.pcm]], [4200]);
    const noise = samples(LENGTH_MS, 1000, random);
    const caller = clean.caller.map((sample, at) => sample + noise[at]!);
    const events = told(reply(1, 4200, 'Yes.'));
    const call = { callId: CALL, prompts: [first], events, recording: { ...clean, caller } };
    expect(measureTurns(call, [], 'bad')).toMatchObject([{ endMs: 3000, gapMs: 1200 }]);
  });
});
