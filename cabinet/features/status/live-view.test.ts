import { describe, expect, it } from 'vitest';
import { liveMeaning } from '../../../api/live/live-meaning.ts';
import { sessionResult, sessionStatus } from '../../../api/demo/session-status.ts';
import type { CallEvent, CallEventDraft } from '../../../engine/contract/call-event.ts';
import { foldJournal } from '../../../engine/contract/fold-call.ts';
import { toCallId } from '../../../engine/contract/ids.ts';
import type { LiveEvent } from '../../api/types.ts';
import { foldLive, NOTHING_YET, speakerNow, viewOfAnswers, type LiveView } from './live-view.ts';

const DRAFTS: readonly CallEventDraft[] = [
  { type: 'call.created', phone: '+79990000001', language: 'auto', voice: 'female', prompt: '' },
  { type: 'line.dialling', via: 'simulator', simulated: true },
  { type: 'line.ringing' },
  { type: 'line.answered' },
  { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 100 },
  { type: 'utterance.sentence', utterance: 1, text: 'Здравствуйте!' },
  { type: 'utterance.sentence', utterance: 1, text: 'Удобно говорить?' },
  {
    type: 'utterance.finished',
    utterance: 1,
    endMs: 2_000,
    text: 'Здравствуйте! Удобно говорить?',
    complete: true,
  },
  { type: 'speech.started', turn: 1, startMs: 2_500 },
  { type: 'turn.dropped', turn: 1 },
  { type: 'speech.started', turn: 2, startMs: 3_000 },
  { type: 'turn.ended', turn: 2, startMs: 3_000, endMs: 4_000 },
  { type: 'turn.transcribed', turn: 2, text: 'Да.', tookMs: 90 },
  {
    type: 'filler.said',
    startMs: 5_000,
    endMs: 5_500,
    text: 'Минутку…',
    complete: true,
    replyTo: 2,
    gapMs: 1_000,
  },
  { type: 'utterance.started', utterance: 2, kind: 'reply', startMs: 6_000, replyTo: 2, gapMs: 500 },
  { type: 'utterance.sentence', utterance: 2, text: 'Первая неделя бесплатно.' },
  { type: 'speech.started', turn: 3, startMs: 7_000 },
  { type: 'utterance.held', utterance: 2, atMs: 7_100 },
  { type: 'utterance.finished', utterance: 2, endMs: 7_100, text: 'Первая неделя', complete: false },
  { type: 'turn.ended', turn: 3, startMs: 7_000, endMs: 8_000 },
  { type: 'turn.unrecognised', turn: 3, tookMs: 90 },
  { type: 'language.changed', from: 'ru', to: 'en' },
  { type: 'provider.failed', stage: 'stt', code: 'STT_TIMEOUT', message: 'late' },
  { type: 'limit.reached', limit: 'time' },
  { type: 'line.ended', outcome: 'hangup_far', reason: 'абонент повесил трубку' },
  { type: 'call.ended', status: 'completed', reason: 'абонент повесил трубку', durationSec: 9 },
  { type: 'analysis.done', finalDisposition: 'interested', shortSummary: 'Интересно.', interest: 'цена' },
  { type: 'followup.done', text: 'Спасибо!' },
  { type: 'delivery.changed', channel: 'sms', gateway: 'smsru', state: 'pending', detail: 'SMS: повторим' },
  { type: 'sms.done', text: 'Спасибо!', parts: 1, gateway: 'smsru', simulated: false },
  { type: 'step.failed', step: 'chat', message: 'нет' },
  { type: 'crm.done', status: 'interested', interest: 'цена', telegramLinkSent: true },
];
const CALL_ID = toCallId('0f6a9a52-4c1d-4e57-8a33-3b9c115b1c1d');
const EVENTS = DRAFTS.map((draft, index): CallEvent => ({
  ...draft,
  callId: CALL_ID,
  seq: index + 1,
  at: new Date(Date.UTC(2026, 10, 17, 16, 10, index)).toISOString(),
}));

/** What the screen knows after each event of the stream. */
const streamed = (events: readonly CallEvent[]): LiveView =>
  events
    .map(liveMeaning)
    .filter((one): one is LiveEvent => one !== undefined)
    .reduce(foldLive, NOTHING_YET);

/** The polled answers of the same moment. */
function answersOf(events: readonly CallEvent[]) {
  const view = foldJournal(events);
  if (view === undefined) throw new Error('no view');
  const session = {
    id: CALL_ID,
    callId: CALL_ID,
    callIdHash: '',
    linkCode: null,
    createdAt: view.createdAt,
    telegramUserId: null,
    telegramUsername: null,
  };
  return {
    session: sessionStatus(view),
    result: sessionResult({ session, view, crm: undefined, chat: undefined, events }),
  };
}

/** The same moment as they tell it. */
const polled = (events: readonly CallEvent[]): LiveView => viewOfAnswers(NOTHING_YET, answersOf(events));

describe('foldLive', () => {
  it('knows who speaks at every moment', () => {
    const way = EVENTS.slice(3, 25).map((_, index) => speakerNow(streamed(EVENTS.slice(0, 4 + index))));
    expect(way).toEqual([
      'nobody',
      ...['assistant', 'assistant', 'assistant', 'nobody'],
      ...['caller', 'nobody', 'caller', 'thinking', 'thinking', 'thinking'],
      ...['assistant', 'assistant', 'caller', 'caller', 'caller'],
      ...['thinking', 'thinking', 'thinking', 'thinking', 'thinking', 'nobody'],
    ]);
  });

  it('marks what is a filler, what was cut off, and what nobody could make out', () => {
    const { lines, ...view } = streamed(EVENTS);
    expect(lines.map(({ key, text, gapMs, mark }) => [key, text, gapMs, mark])).toEqual([
      ['a1', 'Здравствуйте! Удобно говорить?', null, null],
      ['u2', 'Да.', null, null],
      ['f5000', 'Минутку…', 1_000, 'filler'],
      ['a2', 'Первая неделя', 500, 'cut'],
      ['u3', '', null, 'unclear'],
    ]);
    expect(view).toMatchObject({
      spoken: 'en',
      languageChanged: true,
      stumbles: 1,
      limit: 'time',
      durationSec: 9,
      disposition: 'interested',
      smsDetail: null,
      stepsFailed: ['chat'],
    });
  });

  it('says at every moment what the polled answers say', () => {
    for (let length = 1; length <= EVENTS.length; length += 1) {
      const events = EVENTS.slice(0, length);
      const essence = ({ status, lines, answeredAt, durationSec, reason, ...view }: LiveView) => ({
        status,
        simulated: view.simulated,
        answeredAt,
        durationSec,
        reason,
        disposition: view.disposition,
        stepsDone: view.stepsDone.toSorted(),
        stepsFailed: view.stepsFailed,
        lines: lines.map(({ speaker, text, gapMs }) => ({ speaker, text, gapMs })),
      });
      expect(essence(streamed(events)), events.at(-1)?.type).toEqual(essence(polled(events)));
    }
  });

  it('keeps what the stream knew of the same lines when it has to poll', () => {
    const events = EVENTS.slice(0, 20);
    const before = streamed(events);
    expect(viewOfAnswers(before, answersOf(events)).lines).toBe(before.lines);
  });

  it('keeps what the stream told of a simulated line where the answers do not say', () => {
    const { session, result } = answersOf(EVENTS.slice(0, 3));
    for (const [told, expected] of [
      [null, true],
      [false, false],
    ] as const) {
      const live = { ...result.live, simulated: told };
      const view = viewOfAnswers(streamed(EVENTS.slice(0, 3)), { session, result: { ...result, live } });
      expect(view.simulated).toBe(expected);
    }
  });

  it('goes on past what a newer server tells', () => {
    const newer = { type: 'line.transferred', at: '' } as unknown as LiveEvent;
    expect(foldLive(NOTHING_YET, newer)).toEqual(NOTHING_YET);
  });
});
