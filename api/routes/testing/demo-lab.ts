import { afterEach, beforeEach } from 'vitest';
import type { CallEventDraft } from '../../../engine/contract/call-event.ts';
import { toCallId, type CallId } from '../../../engine/contract/ids.ts';
import { loadDemoData } from '../../demo/load-demo-data.ts';
import type { DemoSessionCreated } from '../../schemas/demo.ts';
import { testApp, type TestApp } from '../../testing/test-app.ts';

export const demoData = await loadDemoData({ today: new Date('2026-11-17T12:00:00Z') });
export const CHAT_ID = '11111111-1111-4111-8111-111111111111';
export const ORDER = { phone: '+79161231234', language: 'auto', voice: 'female', prompt: 'строка промпта' };

/** Each test of a file gets an app with the demo's data, which is closed after it. */
export function eachWithDemoApp(take: (app: TestApp) => void): void {
  let test: TestApp;
  beforeEach(async () => {
    test = await testApp({ demoData: () => demoData });
    take(test);
  });
  afterEach(() => test.app.close());
}

/** A visitor's order. */
export async function startDemo({ app, store }: TestApp): Promise<{ sessionId: string; callId: CallId }> {
  const answer = await app.inject({ method: 'POST', url: '/demo/session', payload: ORDER });
  const sessionId = answer.json<DemoSessionCreated>().demo_session_id;
  return { sessionId, callId: toCallId(store.sessions.get(sessionId)?.callId ?? '') };
}

/** A conversation in which the caller begins to speak. */
export const TALK: readonly CallEventDraft[] = [
  { type: 'line.dialling', via: 'simulator', simulated: true },
  { type: 'line.answered' },
  { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 100 },
  { type: 'utterance.finished', utterance: 1, endMs: 900, text: 'Здравствуйте!', complete: true },
  { type: 'speech.started', turn: 1, startMs: 1500 },
];
/** How it goes on, and ends. */
export const REST: readonly CallEventDraft[] = [
  { type: 'turn.ended', turn: 1, startMs: 1500, endMs: 2400 },
  { type: 'turn.transcribed', turn: 1, text: 'Добрый день.', tookMs: 20 },
  { type: 'recording.saved', file: 'x.wav', durationMs: 93_000 },
  { type: 'call.ended', status: 'completed', reason: 'абонент повесил трубку', durationSec: 93 },
];
export const ANALYSIS: CallEventDraft = {
  type: 'analysis.done',
  finalDisposition: 'interested',
  shortSummary: 'Клиент спросил цену.',
  interest: 'узнать стоимость',
};
export const SMS = {
  text: 'Спасибо за разговор! Продолжим здесь: …',
  parts: 2,
  gateway: 'outbox',
  simulated: true,
};

/** Everything that follows a held call. */
export function finishDemo({ store }: TestApp, callId: CallId): void {
  store.happen(
    callId,
    ANALYSIS,
    { type: 'followup.done', text: 'Спасибо!' },
    { type: 'sms.done', ...SMS },
    { type: 'chat.done', chatId: CHAT_ID },
    { type: 'crm.done', status: 'interested', interest: 'узнать стоимость', telegramLinkSent: true },
  );
  const messages = [{ from: 'assistant' as const, text: 'Спасибо за разговор!' }];
  store.chats.set(CHAT_ID, {
    id: CHAT_ID,
    callId,
    createdAt: '2026-11-17T16:12:00.000Z',
    summary: 'Итог.',
    messages,
  });
  store.crmRecords.set(callId, {
    callId,
    clientPhone: ORDER.phone,
    status: 'interested',
    interest: 'узнать стоимость',
    telegramLinkSent: true,
    telegramConnected: false,
  });
}

export const REAL_CALL = {
  type: 'call',
  is_demo: false,
  phone_masked: '+7 9XX XXX-12-34',
  created_at: '2026-11-17T16:10:01.000Z',
  duration_sec: 93,
  disposition: 'interested',
  summary: 'Клиент спросил цену.',
  transcript: [
    { speaker: 'assistant', text: 'Здравствуйте!' },
    { speaker: 'user', text: 'Добрый день.' },
  ],
  crm_record: { status: 'added', interest: 'узнать стоимость', telegram_link_sent: true },
};
export const REAL_CHAT = {
  id: CHAT_ID,
  type: 'chat',
  is_demo: false,
  created_at: '2026-11-17T16:12:00.000Z',
  summary: 'Итог.',
  messages: [{ from: 'assistant', text: 'Спасибо за разговор!' }],
};
