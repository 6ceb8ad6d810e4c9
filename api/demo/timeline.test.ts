import fc from 'fast-check';
import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { CallEvent, type CallEventDraft } from '../../engine/contract/call-event.ts';
import { foldJournal } from '../../engine/contract/fold-call.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { CallTimeline } from '../schemas/timeline.ts';
import { realCallDetails } from './interactions.ts';
import { callTimeline } from './timeline.ts';

const callId = toCallId('33333333-3333-4333-8333-333333333333');
const ANSWERED_AT = Date.UTC(2026, 0, 1, 12);

/** Each draft with the moment it was told at, ms after the answer. */
type Told = readonly [atMs: number, draft: CallEventDraft];

function journal(...told: readonly Told[]): CallEvent[] {
  const created: CallEventDraft = {
    type: 'call.created',
    phone: '+79990000001',
    language: 'auto',
    voice: 'male',
    prompt: '',
  };
  return [[-5000, created] as Told, [0, { type: 'line.answered' }] as Told, ...told].map(
    ([atMs, draft], at) =>
      Value.Parse(CallEvent, {
        ...draft,
        callId,
        seq: at + 1,
        at: new Date(ANSWERED_AT + atMs).toISOString(),
      }),
  );
}

const GREETING: readonly Told[] = [
  [120, { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 100 }],
  [3000, { type: 'utterance.finished', utterance: 1, endMs: 3000, text: 'Удобно говорить?', complete: true }],
];
const QUESTION: readonly Told[] = [
  [4100, { type: 'speech.started', turn: 2, startMs: 4000 }],
  [5600, { type: 'turn.ended', turn: 2, startMs: 3900, endMs: 5000 }],
  [5900, { type: 'turn.transcribed', turn: 2, text: 'Да, слушаю.', tookMs: 300 }],
];
const REPLY: Told = [
  6200,
  { type: 'utterance.started', utterance: 2, kind: 'reply', startMs: 6200, replyTo: 2, gapMs: 1200 },
];

describe('a call on its recording’s clock', () => {
  it('says what a gap was spent on', () => {
    const lines = callTimeline(
      journal(...GREETING, ...QUESTION, REPLY, [
        9000,
        { type: 'utterance.finished', utterance: 2, endMs: 9000, text: 'Мы делаем…', complete: false },
      ]),
    )?.lines;
    expect(lines).toEqual([
      {
        speaker: 'assistant',
        text: 'Удобно говорить?',
        start_ms: 100,
        end_ms: 3000,
        kind: 'greeting',
        gap: null,
        cut: null,
      },
      {
        speaker: 'user',
        text: 'Да, слушаю.',
        start_ms: 3900,
        end_ms: 5000,
        kind: null,
        gap: null,
        cut: null,
      },
      {
        speaker: 'assistant',
        text: 'Мы делаем…',
        start_ms: 6200,
        end_ms: 9000,
        kind: 'reply',
        gap: {
          from_ms: 5000,
          gap_ms: 1200,
          parts: [
            { stage: 'endpointing', ms: 600 },
            { stage: 'recognition', ms: 300 },
            { stage: 'answer', ms: 300 },
          ],
        },
        cut: 'other',
      },
    ]);
  });

  it('counts from a filler’s end where one bridged the gap, and shows the filler’s own', () => {
    const gaps = callTimeline(
      journal(
        ...QUESTION,
        [
          7600,
          {
            type: 'filler.said',
            startMs: 6900,
            endMs: 7500,
            text: 'Минутку…',
            complete: true,
            replyTo: 2,
            gapMs: 1900,
          },
        ],
        [
          8100,
          { type: 'utterance.started', utterance: 2, kind: 'reply', startMs: 8100, replyTo: 2, gapMs: 600 },
        ],
        [8200, { type: 'utterance.sentence', utterance: 2, text: 'Стоит тысячу.' }],
      ),
    )?.lines.map(({ kind, gap }) => [kind, gap?.from_ms, gap?.gap_ms, gap?.parts.map(({ ms }) => ms)]);
    expect(gaps).toEqual([
      [null, undefined, undefined, undefined],
      // Told 100 ms after its end, as a late process would.
      ['filler', 5000, 1900, [500, 300, 1100]],
      ['reply', 7500, 600, [0, 0, 600]],
    ]);
  });

  it('knows a line that the caller broke off', () => {
    const lines = callTimeline(
      journal(
        [120, { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 100 }],
        [2100, { type: 'speech.started', turn: 1, startMs: 2000 }],
        [2600, { type: 'utterance.finished', utterance: 1, endMs: 2600, text: 'Меня…', complete: false }],
        [4000, { type: 'turn.ended', turn: 1, startMs: 2000, endMs: 3400 }],
        [4100, { type: 'turn.unrecognised', turn: 1, tookMs: 30 }],
        [4200, { type: 'utterance.started', utterance: 2, kind: 'clarify', startMs: 4200 }],
        [5000, { type: 'utterance.finished', utterance: 2, endMs: 5000, text: 'Что?', complete: true }],
      ),
    )?.lines;
    expect(lines?.map(({ cut }) => cut)).toEqual(['caller', null, null]);
  });

  it('says whether there is a recording', () => {
    const state = (...told: readonly Told[]) => {
      const { recording, duration_ms } = callTimeline(journal(...told))!;
      return [recording, duration_ms];
    };
    const ended: CallEventDraft = { type: 'call.ended', status: 'completed', reason: '…', durationSec: 9 };
    expect(state(...GREETING)).toEqual(['writing', null]);
    expect(state([9000, ended])).toEqual(['none', null]);
    expect(
      state([9000, { type: 'recording.saved', file: 'a.wav', durationMs: 9000.5 }], [9000, ended]),
    ).toEqual(['saved', 9001]);
    expect(callTimeline([])).toBeUndefined();
  });

  it('has D4.5’s lines in their order, and parts that make up the gap, whatever the clocks do', () => {
    const Ms = fc.integer({ min: 0, max: 20_000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(Ms, Ms, Ms, Ms, fc.integer({ min: -500, max: 9000 })), { maxLength: 6 }),
        (turns) => {
          const events = journal(
            ...turns.flatMap(([a, b, c, d, gapMs], at): Told[] => {
              const turn = at + 1;
              return [
                [a, { type: 'speech.started', turn, startMs: a }],
                [b, { type: 'turn.ended', turn, startMs: a, endMs: b }],
                [c, { type: 'turn.transcribed', turn, text: at % 3 === 0 ? '' : 'Да.', tookMs: 1 }],
                [
                  d,
                  {
                    type: 'utterance.started',
                    utterance: turn,
                    kind: 'reply',
                    startMs: d,
                    replyTo: turn,
                    gapMs,
                  },
                ],
                [d, { type: 'utterance.sentence', utterance: turn, text: 'Хорошо.' }],
              ];
            }),
          );
          const timeline = callTimeline(events)!;
          expect(Value.Check(CallTimeline, timeline)).toBe(true);
          expect(timeline.lines.map(({ speaker, text }) => ({ speaker, text }))).toEqual(
            realCallDetails(foldJournal(events)!, undefined).transcript,
          );
          for (const { gap } of timeline.lines) {
            if (gap === null) continue;
            expect(gap.parts.reduce((sum, { ms }) => sum + ms, 0)).toBe(gap.gap_ms);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
