import { toCallId } from '../../../engine/contract/ids.ts';
import type { CallEvent, CallEventDraft } from '../../../engine/contract/call-event.ts';

export const CALL_ID = toCallId('0d9a2a4c-6f0e-4b35-9c57-3f1d2b8e7a60');
export const PHONE = '+79161234567';
/** When the line was answered, ms since 1970. */
export const ANSWERED_MS = Date.parse('2026-11-17T09:00:10.000Z');

/**
 * A call in which everything happens once: an answer after 1.5 s (0.6 s until the turn's end was decided, 0.3 s until
 * it was recognised, 0.6 s until the first sound), a filler after 2.4 s, both kinds of interruption, a failure of each
 * provider, and all the steps after it. The number in each row is ms after the answer.
 */
const STORY: readonly (readonly [atMs: number, draft: CallEventDraft])[] = [
  [
    -10_000,
    { type: 'call.created', phone: PHONE, language: 'auto', voice: 'female', prompt: 'секретный промпт' },
  ],
  [-9_000, { type: 'line.dialling', via: 'asterisk', simulated: true }],
  [-6_000, { type: 'line.ringing' }],
  [0, { type: 'line.answered' }],
  [300, { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 300 }],
  [300, { type: 'utterance.sentence', utterance: 1, text: 'Здравствуйте!' }],
  [1_000, { type: 'speech.started', turn: 1, startMs: 950 }],
  [1_000, { type: 'utterance.held', utterance: 1, atMs: 1_000 }],
  [1_200, { type: 'turn.dropped', turn: 1 }],
  [1_200, { type: 'utterance.resumed', utterance: 1, atMs: 1_200 }],
  [2_000, { type: 'utterance.finished', utterance: 1, endMs: 2_000, text: 'Здравствуйте!', complete: true }],
  [2_500, { type: 'speech.started', turn: 2, startMs: 2_450 }],
  [4_600, { type: 'turn.ended', turn: 2, startMs: 2_450, endMs: 4_000 }],
  [4_900, { type: 'turn.transcribed', turn: 2, text: 'Расскажите про клинику', tookMs: 800 }],
  [
    5_500,
    { type: 'utterance.started', utterance: 2, kind: 'reply', startMs: 5_500, replyTo: 2, gapMs: 1_500 },
  ],
  [5_500, { type: 'utterance.sentence', utterance: 2, text: 'Это клиника рядом.' }],
  [6_000, { type: 'speech.started', turn: 3, startMs: 5_950 }],
  [6_000, { type: 'utterance.held', utterance: 2, atMs: 6_000 }],
  [6_500, { type: 'utterance.finished', utterance: 2, endMs: 6_000, text: 'Это…', complete: false }],
  [7_400, { type: 'turn.ended', turn: 3, startMs: 5_950, endMs: 7_000 }],
  [7_900, { type: 'turn.unrecognised', turn: 3, tookMs: 500 }],
  [8_000, { type: 'provider.failed', stage: 'stt', code: 'STT_TIMEOUT', message: `о ${PHONE}` }],
  [8_500, { type: 'provider.failed', stage: 'operator', code: 'PROVIDER_LIMIT', message: 'занято' }],
  [9_000, { type: 'provider.failed', stage: 'tts', code: 'нет связи с 10.0.0.1', message: 'нет' }],
  [
    10_000,
    {
      type: 'filler.said',
      startMs: 9_400,
      endMs: 10_000,
      text: 'Секундочку',
      complete: true,
      replyTo: 3,
      gapMs: 2_400,
    },
  ],
  [20_000, { type: 'limit.reached', limit: 'time' }],
  [25_000, { type: 'line.ended', outcome: 'hangup_near', reason: 'разговор закончен' }],
  [
    25_010,
    {
      type: 'media.measured',
      packets: 1_250,
      lost: 12,
      late: 3,
      strangers: 1,
      concealedFrames: 15,
      jitterMs: 4,
    },
  ],
  [25_020, { type: 'recording.saved', file: 'x.wav', durationMs: 25_000 }],
  [25_050, { type: 'call.ended', status: 'completed', reason: 'разговор закончен', durationSec: 25 }],
  [
    26_000,
    { type: 'analysis.done', finalDisposition: 'interested', shortSummary: 'Интересно.', interest: 'запись' },
  ],
  [26_500, { type: 'followup.done', text: 'Спасибо!' }],
  [26_600, { type: 'delivery.changed', channel: 'sms', gateway: 'smsc', state: 'pending', detail: 'позже' }],
  [28_000, { type: 'sms.done', text: 'Спасибо!', parts: 1, gateway: 'smsc', simulated: false }],
  [28_010, { type: 'chat.done', chatId: 'c' }],
  [28_020, { type: 'step.failed', step: 'crm', message: 'диск полон' }],
  [28_500, { type: 'row.done', sink: 'csv' }],
];

export const WHOLE_CALL: readonly CallEvent[] = STORY.map(([atMs, draft], index) => ({
  ...draft,
  callId: CALL_ID,
  seq: index + 1,
  at: new Date(ANSWERED_MS + atMs).toISOString(),
}));

/** Words and numbers of it that nobody but the call's own people may read. */
export const SECRETS =
  /9161234567|секретный|Здравствуйте|клиник|Секундочку|Спасибо|Интересно|запись|0d9a2a4c/i;
