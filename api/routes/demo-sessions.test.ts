import { describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import type { CallEventDraft } from '../../engine/contract/call-event.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { DemoAbout, DemoResult, DemoSessionCreated, DemoSessionStatus } from '../schemas/demo.ts';
import { testApp, type TestApp } from '../testing/test-app.ts';
import {
  ANALYSIS,
  CHAT_ID,
  eachWithDemoApp,
  finishDemo,
  ORDER,
  REAL_CALL,
  REAL_CHAT,
  REST,
  SMS,
  startDemo,
  TALK,
} from './testing/demo-lab.ts';

let test: TestApp;
eachWithDemoApp((app) => (test = app));

const get = (url: string) => test.app.inject({ url });
const start = () => startDemo(test);
const finish = (callId: CallId): void => finishDemo(test, callId);

/** Keys of an answer, in order. */
const keys = (value: unknown) => Object.keys(value as object);

describe('POST /demo/session (D1)', () => {
  it('answers with exactly the session’s id and initiated, and orders the call as asked', async () => {
    const answer = await test.app.inject({ method: 'POST', url: '/demo/session', payload: ORDER });
    expect(answer.statusCode).toBe(200);
    expect(keys(answer.json())).toEqual(['demo_session_id', 'status']);
    expect(Value.Check(DemoSessionCreated, answer.json())).toBe(true);
    expect(test.store.orders).toEqual([ORDER]);
  });

  it.each([
    [{ ...ORDER, phone: '123' }, 400, 'INVALID_PHONE'],
    [{ ...ORDER, language: 'klingon' }, 400, 'INVALID_LANGUAGE'],
    [{ ...ORDER, voice: 7 }, 400, 'INVALID_VOICE'],
    [{ ...ORDER, prompt: 'x'.repeat(5000) }, 400, 'PROMPT_TOO_LONG'],
    [{ ...ORDER, prompt: 'x'.repeat(1 << 20) }, 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %j and leaves no row behind', async (payload, status, code) => {
    const answer = await test.app.inject({ method: 'POST', url: '/demo/session', payload });
    expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([
      status,
      code,
    ]);
    expect(test.store.rowCount).toBe(0);
  });
});

describe('GET /demo/session/{id} (D3)', () => {
  const PENDING = {
    call_status: 'pending',
    analysis_status: 'pending',
    followup_status: 'pending',
    sms_status: 'pending',
    crm_status: 'pending',
    chat_ready: false,
  };

  it('goes from pending to done in D4.2’s six fields', async () => {
    const { sessionId, callId } = await start();
    const status = async () => (await get(`/demo/session/${sessionId}`)).json<DemoSessionStatus>();
    expect(await status()).toEqual(PENDING);
    expect(keys(await status())).toEqual(keys(DemoSessionStatus.properties));
    test.store.happen(callId, ...TALK);
    expect(await status()).toEqual(PENDING);
    test.store.happen(callId, ...REST);
    expect(await status()).toEqual({ ...PENDING, call_status: 'completed' });
    test.store.happen(callId, ANALYSIS);
    expect(await status()).toEqual({ ...PENDING, call_status: 'completed', analysis_status: 'done' });
    finish(callId);
    expect(await status()).toEqual({
      call_status: 'completed',
      analysis_status: 'done',
      followup_status: 'done',
      sms_status: 'sent',
      crm_status: 'added',
      chat_ready: true,
    });
  });

  it.each(['no_answer', 'failed'] as const)(
    'shows %s as failed, with the reason in the result',
    async (status) => {
      const { sessionId, callId } = await start();
      test.store.happen(callId, { type: 'call.ended', status, reason: 'абонент занят', durationSec: 0 });
      expect((await get(`/demo/session/${sessionId}`)).json()).toEqual({ ...PENDING, call_status: 'failed' });
      const result = (await get(`/demo/session/${sessionId}/result`)).json<DemoResult>();
      expect(result.call_status_text).toBe('абонент занят');
      expect(result.call).toMatchObject({
        disposition: 'unknown',
        duration_sec: 0,
        summary: `Не дозвонились: статус ${status}`,
        crm_record: null,
      });
    },
  );

  it.each(['/demo/session/x', `/demo/session/${CHAT_ID}`, `/demo/session/${CHAT_ID}/result`])(
    'does not know %s',
    async (url) => {
      const answer = await get(url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ error: { code: 'SESSION_NOT_FOUND' } });
    },
  );
});

describe('GET /demo/session/{id}/result', () => {
  it('shows the conversation while it goes on', async () => {
    const { sessionId, callId } = await start();
    test.store.happen(callId, ...TALK);
    const result = (await get(`/demo/session/${sessionId}/result`)).json<DemoResult>();
    expect(Value.Check(DemoResult, result)).toBe(true);
    expect(result).toMatchObject({ call_id: callId, call: null, chat: null, sms: null, recording_url: null });
    expect(result.live).toEqual({
      status: 'in_progress',
      simulated: true,
      started_at: '2026-11-17T16:10:03.000Z',
      spoken_language: 'ru',
      transcript: [
        { speaker: 'assistant', text: 'Здравствуйте!', timestamp: '2026-11-17T16:10:04.000Z', gap_ms: null },
        { speaker: 'user', text: '', timestamp: '2026-11-17T16:10:06.000Z', gap_ms: null },
      ],
    });
  });

  it('does not say whether a call is simulated before it is dialled', async () => {
    const { sessionId, callId } = await start();
    const simulated = async () =>
      (await get(`/demo/session/${sessionId}/result`)).json<DemoResult>().live.simulated;
    expect(await simulated()).toBeNull();
    test.store.happen(callId, { type: 'line.dialling', via: 'trunk', simulated: false });
    expect(await simulated()).toBe(false);
  });

  it('shows the visitor’s call, chat, SMS and recording when they are there', async () => {
    const { sessionId, callId } = await start();
    test.store.happen(callId, ...TALK, ...REST);
    finish(callId);
    test.store.happen(callId, { type: 'step.failed', step: 'row', message: 'disk full' });
    const result = (await get(`/demo/session/${sessionId}/result`)).json<DemoResult>();
    expect(Value.Check(DemoResult, result)).toBe(true);
    expect(result.call).toEqual({ id: callId, ...REAL_CALL });
    expect(result.chat).toEqual(REAL_CHAT);
    expect(result.sms).toEqual(SMS);
    expect(result.failed_steps).toEqual(['row']);
    expect(result.sms_delivery).toBeNull();
    expect(result.recording_url).toBe(`/recordings/${callId}?session=${sessionId}`);
  });

  it('says honestly what is known of the SMS; sms_status is «sent» only when it was accepted', async () => {
    const { sessionId, callId } = await start();
    test.store.happen(callId, ...TALK, ...REST, ANALYSIS);
    const seen = async () => {
      const [status, result] = await Promise.all([
        get(`/demo/session/${sessionId}`),
        get(`/demo/session/${sessionId}/result`),
      ]);
      expect(Value.Check(DemoResult, result.json())).toBe(true);
      const { sms, sms_delivery } = result.json<DemoResult>();
      return [
        status.json<DemoSessionStatus>().sms_status,
        sms?.gateway ?? null,
        sms_delivery?.detail ?? null,
      ];
    };
    const told = (
      state: 'pending' | 'delivered' | 'unknown',
      detail: string,
      channel = 'sms',
    ): CallEventDraft => ({
      type: 'delivery.changed',
      channel,
      gateway: 'smsc',
      state,
      detail,
    });
    test.store.happen(callId, told('unknown', 'Таблица: неизвестно', 'sheet'));
    expect(await seen()).toEqual(['pending', null, null]);
    test.store.happen(callId, told('pending', 'SMS: повторим'));
    expect(await seen()).toEqual(['pending', null, 'SMS: повторим']);
    test.store.happen(callId, { type: 'sms.done', ...SMS, gateway: 'smsc', simulated: false });
    expect(await seen()).toEqual(['sent', 'smsc', null]);
    test.store.happen(callId, told('delivered', 'SMS: доставлено'));
    expect(await seen()).toEqual(['sent', 'smsc', 'SMS: доставлено']);

    const other = await start();
    test.store.happen(other.callId, ...TALK, ...REST, ANALYSIS, told('unknown', 'SMS: неизвестно'));
    test.store.happen(other.callId, { type: 'step.failed', step: 'sms', message: 'SMS: неизвестно' });
    const result = (await get(`/demo/session/${other.sessionId}/result`)).json<DemoResult>();
    expect(result).toMatchObject({ sms: null, failed_steps: ['sms'], sms_delivery: { state: 'unknown' } });
    expect((await get(`/demo/session/${other.sessionId}`)).json()).toMatchObject({ sms_status: 'pending' });
  });
});

describe('the row of a visitor’s call', () => {
  it('that waits for its sheet says so, until it is there', async () => {
    const { sessionId, callId } = await start();
    test.store.happen(callId, ...TALK, ...REST, ANALYSIS);
    const seen = async () => {
      const result = await get(`/demo/session/${sessionId}/result`);
      expect(Value.Check(DemoResult, result.json())).toBe(true);
      return result.json<DemoResult>().row_delivery;
    };
    expect(await seen()).toBeNull();
    const waits = { state: 'pending', gateway: 'google-sheets', detail: 'Строка таблицы: ждёт' } as const;
    test.store.happen(callId, { type: 'delivery.changed', channel: 'sheet', ...waits });
    expect(await seen()).toEqual(waits);
    test.store.happen(callId, { type: 'row.done', sink: 'google-sheets' });
    expect(await seen()).toBeNull();
  });
});

describe('a visitor’s Telegram (D7)', () => {
  it('is connected when he has opened the bot; what was really sent there is said', async () => {
    const { sessionId, callId } = await start();
    test.store.happen(callId, ...TALK, ...REST);
    const seen = async () => {
      const result = await get(`/demo/session/${sessionId}/result`);
      expect(Value.Check(DemoResult, result.json())).toBe(true);
      const { telegram_connected, telegram_delivery } = result.json<DemoResult>();
      return [telegram_connected, telegram_delivery?.state ?? null];
    };
    expect(await seen()).toEqual([false, null]);
    const hash = test.store.sessions.get(sessionId)?.callIdHash ?? '';
    await test.store.bindTelegram(hash, { id: '7', username: 'anna' });
    expect(await seen()).toEqual([true, null]);
    const sent = { gateway: 'telegram', state: 'accepted', detail: 'Сообщение в Telegram: принято' } as const;
    test.store.happen(callId, { type: 'delivery.changed', channel: 'telegram', ...sent });
    expect(await seen()).toEqual([true, 'accepted']);
  });
});

describe('GET /demo/about', () => {
  it('repeats word for word what is simulated, and says which languages are there', async () => {
    await test.app.close();
    test = await testApp({ channelNotices: ['SMS сохраняются, но не отправляются.'] });
    const body = (await get('/demo/about')).json<DemoAbout>();
    expect(Value.Check(DemoAbout, body)).toBe(true);
    const { telephony, speech } = test.engine.describe();
    expect(body.telephony).toEqual(telephony);
    expect(body.notices).toEqual([telephony.notice, speech.notice, 'SMS сохраняются, но не отправляются.']);
    expect(body.languages.filter((one) => one.available).map((one) => one.code)).toEqual([
      'auto',
      'ru',
      'en',
    ]);
    expect(body.languages).toHaveLength(11);
    expect(body.voices.map((voice) => voice.code)).toEqual(['male', 'female', 'neutral']);
  });
});
