import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { CallEvent, type CallEventDraft } from './call-event.ts';
import { CallSession } from './call-session.ts';
import { foldCall, foldJournal, toCallSession, UNRECOGNISED } from './fold-call.ts';
import { toCallId } from './ids.ts';

const callId = toCallId('33333333-3333-4333-8333-333333333333');

function journal(...drafts: CallEventDraft[]): CallEvent[] {
  const created: CallEventDraft = {
    type: 'call.created',
    phone: '+79990000001',
    language: 'auto',
    voice: 'male',
    prompt: '',
  };
  return [created, ...drafts].map((draft, at) => {
    const event = {
      ...draft,
      callId,
      seq: at + 1,
      at: new Date(Date.UTC(2026, 0, 1, 0, 0, at)).toISOString(),
    };
    return Value.Parse(CallEvent, event);
  });
}

const CONVERSATION: CallEventDraft[] = [
  { type: 'line.dialling', via: 'simulator', simulated: true },
  { type: 'line.ringing' },
  { type: 'line.answered' },
  { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 100 },
  { type: 'utterance.sentence', utterance: 1, text: 'Здравствуйте!' },
  { type: 'utterance.sentence', utterance: 1, text: 'Удобно говорить?' },
  {
    type: 'utterance.finished',
    utterance: 1,
    endMs: 3000,
    text: 'Здравствуйте! Удобно говорить?',
    complete: true,
  },
  { type: 'speech.started', turn: 1, startMs: 3500 },
  { type: 'turn.dropped', turn: 1 },
  { type: 'speech.started', turn: 2, startMs: 4000 },
  { type: 'turn.ended', turn: 2, startMs: 3900, endMs: 5000 },
  { type: 'turn.transcribed', turn: 2, text: 'Да, слушаю.', language: 'ru', tookMs: 40 },
  { type: 'utterance.started', utterance: 2, kind: 'reply', startMs: 5800, replyTo: 2, gapMs: 800 },
  { type: 'utterance.sentence', utterance: 2, text: 'Мы делаем помощников для бизнеса.' },
  { type: 'utterance.finished', utterance: 2, endMs: 6400, text: 'Мы делаем…', complete: false },
  { type: 'speech.started', turn: 3, startMs: 6100 },
  { type: 'turn.ended', turn: 3, startMs: 6100, endMs: 7000 },
  { type: 'turn.unrecognised', turn: 3, tookMs: 30 },
  { type: 'line.ended', outcome: 'hangup_far', reason: 'абонент повесил трубку' },
  { type: 'recording.saved', file: `${callId}.wav`, durationMs: 7100 },
  { type: 'call.ended', status: 'completed', reason: 'абонент повесил трубку', durationSec: 7 },
  {
    type: 'analysis.done',
    finalDisposition: 'neutral',
    shortSummary: 'Разговор прервался.',
    interest: 'не выяснен',
  },
  { type: 'step.failed', step: 'sms', message: 'шлюз не ответил' },
  { type: 'followup.done', text: 'Спасибо!' },
  { type: 'sms.done', text: 'Спасибо!', parts: 1, gateway: 'outbox', simulated: true },
];

describe('foldCall', () => {
  it('makes the customer’s call session out of the journal', () => {
    const view = foldJournal(journal(...CONVERSATION))!;
    const session = toCallSession(view);
    expect(Value.Check(CallSession, session)).toBe(true);
    expect(session).toEqual({
      id: callId,
      phone: '+79990000001',
      status: 'completed',
      final_disposition: 'neutral',
      started_at: '2026-01-01T00:00:03.000Z',
      ended_at: '2026-01-01T00:00:21.000Z',
      duration_sec: 7,
      transcript: [
        {
          speaker: 'assistant',
          text: 'Здравствуйте! Удобно говорить?',
          timestamp: '2026-01-01T00:00:04.000Z',
        },
        { speaker: 'user', text: 'Да, слушаю.', timestamp: '2026-01-01T00:00:10.000Z' },
        { speaker: 'assistant', text: 'Мы делаем…', timestamp: '2026-01-01T00:00:13.000Z' },
        { speaker: 'user', text: UNRECOGNISED, timestamp: '2026-01-01T00:00:16.000Z' },
      ],
      short_summary: 'Разговор прервался.',
    });
    expect(view.stepsDone).toEqual(['analysis', 'followup', 'sms']);
    expect(view.stepsFailed).toEqual([]);
  });

  it('walks through the customer’s statuses (V3)', () => {
    const statuses = journal(...CONVERSATION).reduce<[string[], ReturnType<typeof foldJournal>]>(
      ([seen, view], event) => {
        const next = foldCall(view, event);
        return [seen.at(-1) === next.status ? seen : [...seen, next.status], next];
      },
      [[], undefined],
    );
    expect(statuses[0]).toEqual(['created', 'dialing', 'in_progress', 'completed']);
  });

  it('knows from the dialling on whether the call is simulated', () => {
    const events = (simulated: boolean) =>
      journal({ type: 'line.dialling', via: 'trunk', simulated }, { type: 'line.ringing' });
    const told = [true, false].map((simulated) => foldJournal(events(simulated))?.simulated);
    expect([foldJournal(journal())?.simulated, ...told]).toEqual([undefined, true, false]);
  });

  it('changes nothing when events come again', () => {
    const events = journal(...CONVERSATION);
    const view = foldJournal(events)!;
    expect(events.reduce(foldCall, view)).toEqual(view);
  });

  it('refuses a journal without its beginning', () => {
    expect(() => foldJournal(journal({ type: 'line.ringing' }).slice(1))).toThrow(/call\.created/);
  });
});
