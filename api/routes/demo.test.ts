import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import type { CallEventDraft } from '../../engine/contract/call-event.ts';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { loadDemoData } from '../demo/load-demo-data.ts';
import { NO_SUMS } from '../persistence/real-data.ts';
import {
  AnalyticsDetails,
  DemoAbout,
  DemoAnalytics,
  DemoResult,
  DemoSessionCreated,
  DemoSessionStatus,
} from '../schemas/demo.ts';
import { CallInteraction, ChatInteraction, InteractionList } from '../schemas/interactions.ts';
import { CallTimeline } from '../schemas/timeline.ts';
import { testApp, type TestApp } from '../testing/test-app.ts';

const demoData = await loadDemoData({ today: new Date('2026-11-17T12:00:00Z') });
const CHAT_ID = '11111111-1111-4111-8111-111111111111';
const ORDER = { phone: '+79161231234', language: 'auto', voice: 'female', prompt: 'строка промпта' };

let test: TestApp;
beforeEach(async () => {
  test = await testApp({ demoData: () => demoData });
});
afterEach(async () => {
  await test.app.close();
});

const get = (url: string) => test.app.inject({ url });

/** Keys of an answer, in order. */
const keys = (value: unknown) => Object.keys(value as object);

async function start(): Promise<{ sessionId: string; callId: CallId }> {
  const answer = await test.app.inject({ method: 'POST', url: '/demo/session', payload: ORDER });
  const sessionId = answer.json<DemoSessionCreated>().demo_session_id;
  return { sessionId, callId: toCallId(test.store.sessions.get(sessionId)?.callId ?? '') };
}

const TALK: readonly CallEventDraft[] = [
  { type: 'line.dialling', via: 'simulator', simulated: true },
  { type: 'line.answered' },
  { type: 'utterance.started', utterance: 1, kind: 'greeting', startMs: 100 },
  { type: 'utterance.finished', utterance: 1, endMs: 900, text: 'Здравствуйте!', complete: true },
  { type: 'speech.started', turn: 1, startMs: 1500 },
];
const REST: readonly CallEventDraft[] = [
  { type: 'turn.ended', turn: 1, startMs: 1500, endMs: 2400 },
  { type: 'turn.transcribed', turn: 1, text: 'Добрый день.', tookMs: 20 },
  { type: 'recording.saved', file: 'x.wav', durationMs: 93_000 },
  { type: 'call.ended', status: 'completed', reason: 'абонент повесил трубку', durationSec: 93 },
];
const ANALYSIS: CallEventDraft = {
  type: 'analysis.done',
  finalDisposition: 'interested',
  shortSummary: 'Клиент спросил цену.',
  interest: 'узнать стоимость',
};
const SMS = { text: 'Спасибо за разговор! Продолжим здесь: …', parts: 2, gateway: 'outbox', simulated: true };

/** Everything that follows a held call. */
function finish(callId: CallId): void {
  test.store.happen(
    callId,
    ANALYSIS,
    { type: 'followup.done', text: 'Спасибо!' },
    { type: 'sms.done', ...SMS },
    { type: 'chat.done', chatId: CHAT_ID },
    { type: 'crm.done', status: 'interested', interest: 'узнать стоимость', telegramLinkSent: true },
  );
  const messages = [{ from: 'assistant' as const, text: 'Спасибо за разговор!' }];
  test.store.chats.set(CHAT_ID, {
    id: CHAT_ID,
    callId,
    createdAt: '2026-11-17T16:12:00.000Z',
    summary: 'Итог.',
    messages,
  });
  test.store.crmRecords.set(callId, {
    callId,
    clientPhone: ORDER.phone,
    status: 'interested',
    interest: 'узнать стоимость',
    telegramLinkSent: true,
    telegramConnected: false,
  });
}

const REAL_CALL = {
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
const REAL_CHAT = {
  id: CHAT_ID,
  type: 'chat',
  is_demo: false,
  created_at: '2026-11-17T16:12:00.000Z',
  summary: 'Итог.',
  messages: [{ from: 'assistant', text: 'Спасибо за разговор!' }],
};

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

describe('GET /demo/analytics (D4)', () => {
  it('has exactly D4.3’s shape and adds up', async () => {
    test.store.totals = {
      calls: 1,
      chats: 1,
      talked: 1,
      interested: 1,
      leads: 1,
      durationSecSum: 93,
      heldCalls: 1,
    };
    const body = (await get('/demo/analytics')).json<DemoAnalytics>();
    expect(Value.Check(DemoAnalytics, body)).toBe(true);
    expect(keys(body)).toEqual(['totals', 'funnel']);
    expect(keys(body.totals)).toEqual(['calls', 'chats', 'lead_rate', 'avg_call_duration_sec']);
    expect(keys(body.funnel)).toEqual(['called', 'talked', 'interested', 'lead']);
    expect(body.totals).toMatchObject({ calls: 51, chats: 51 });
    expect(body.totals.lead_rate).toBe(Math.round((body.funnel.lead / 51) * 100) / 100);
  });
});

describe('GET /demo/interactions (D5)', () => {
  it('lists 50 demo calls, 50 demo chats and the real ones, newest first, in D4.4’s shapes', async () => {
    const callId = toCallId('22222222-2222-4222-8222-222222222222');
    test.store.interactions = [
      {
        id: callId,
        type: 'call',
        createdAt: '2026-11-17T16:10:00.000Z',
        callId,
        disposition: 'interested',
        summary: null,
      },
      {
        id: CHAT_ID,
        type: 'chat',
        createdAt: '2026-11-17T16:12:00.000Z',
        callId,
        disposition: 'interested',
        summary: 'Итог.',
      },
    ];
    const { items } = (await get('/demo/interactions')).json<InteractionList>();
    expect(Value.Check(InteractionList, { items })).toBe(true);
    expect(items).toHaveLength(102);
    const number = (type: string, isDemo: boolean) =>
      items.filter((item) => item.type === type && item.is_demo === isDemo).length;
    expect([
      number('call', true),
      number('chat', true),
      number('call', false),
      number('chat', false),
    ]).toEqual([50, 50, 1, 1]);
    expect(items.slice(0, 2)).toEqual([
      {
        id: CHAT_ID,
        is_demo: false,
        type: 'chat',
        channel: 'telegram',
        created_at: '2026-11-17T16:12:00.000Z',
        summary: 'Итог.',
      },
      {
        id: callId,
        is_demo: false,
        type: 'call',
        channel: 'voice',
        created_at: '2026-11-17T16:10:00.000Z',
        disposition: 'interested',
      },
    ]);
    const times = items.map((item) => item.created_at);
    expect(times).toEqual([...times].sort().reverse());
  });
});

describe('GET /demo/interactions with parameters', () => {
  const page = async (query: string) => {
    const answer = await get(`/demo/interactions?${query}`);
    return { status: answer.statusCode, body: answer.json<InteractionList>(), text: answer.body };
  };
  const ids = (list: InteractionList) => list.items.map(({ id }) => id);

  it('pages through the whole list by cursor, each line once and in order', async () => {
    const callId = toCallId('22222222-2222-4222-8222-222222222222');
    test.store.interactions = [
      {
        id: callId,
        type: 'call',
        createdAt: '2026-11-16T09:10:00.000Z',
        callId,
        disposition: 'neutral',
        summary: 'Просил цену',
      },
    ];
    for (const sort of ['newest', 'oldest', 'longest']) {
      const seen: string[] = [];
      let cursor: string | null | undefined;
      let pages = 0;
      do {
        const { body } = await page(`limit=30&sort=${sort}${cursor ? `&cursor=${cursor}` : ''}`);
        expect(Value.Check(InteractionList, body)).toBe(true);
        expect(body.total).toBe(pages === 0 ? 101 : undefined);
        seen.push(...ids(body));
        cursor = body.next_cursor;
        pages += 1;
      } while (cursor);
      expect([pages, new Set(seen).size, seen.length]).toEqual([4, 101, 101]);
      if (sort === 'newest') expect(new Set(ids((await page('limit=101')).body))).toEqual(new Set(seen));
    }
  });

  it.each([
    ['type=chat', 50],
    ['channel=voice', 50],
    ['type=chat&channel=voice', 0],
    ['source=real', 0],
    ['source=demo&limit=200', 100],
    ['disposition=unknown', 4],
    ['q=%D0%91%D0%90%D0%A0%D0%9D%D0%98', 2],
    ['q=туркменбаши', 0],
    ['q=79990009272', 0],
    ['from=2026-11-17', 0],
  ])('%s finds %i', async (query, total) => {
    const { status, body } = await page(encodeURI(decodeURI(query)));
    expect([status, body.total]).toEqual([200, total]);
    expect(body.items).toHaveLength(Math.min(total, query.includes('limit') ? 200 : 50));
  });

  it('says more of a line than the plain list does', async () => {
    const { items } = (await page('type=call&limit=1&sort=longest')).body;
    expect(keys(items[0])).toEqual([
      'id',
      'is_demo',
      'type',
      'channel',
      'created_at',
      'disposition',
      'summary',
      'duration_sec',
    ]);
  });

  it.each([
    ['limit=0', /limit/],
    ['limit=201', /limit.*1 до 200/],
    ['limit=1e2', /limit/],
    ['type=sms', /type.*call, chat/],
    ['channel=mail', /channel/],
    ['disposition=happy', /disposition.*interested/],
    ['source=you', /source/],
    ['sort=best', /sort.*newest/],
    ['from=yesterday', /from/],
    ['to=2026-13-40', /to/],
    ['from=2026-11-02&to=2026-11-01', /to/],
    [`q=${'a'.repeat(101)}`, /q/],
    ['cursor=x', /cursor/],
    [`cursor=${Buffer.from('newest 1 real demo-call-1').toString('base64url')}`, /cursor/],
    [`cursor=${Buffer.from('oldest 1 demo demo-call-1').toString('base64url')}`, /cursor/],
    [`cursor=${Buffer.from("newest 1 demo ' or 1=1").toString('base64url')}`, /cursor/],
  ])('refuses %s, and says what is wrong', async (query, words) => {
    const { status, body, text } = await page(query);
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'INVALID_FILTER' } });
    expect(text).toMatch(words);
  });

  it('refuses a parameter that is there twice', async () => {
    expect((await page('type=call&type=chat')).status).toBe(400);
  });
});

describe('GET /demo/analytics/details', () => {
  it('sums demo and real by the days of the time zone, and the period before', async () => {
    test.store.sums = Array.from({ length: 60 }, (_, index) => ({
      ...NO_SUMS,
      calls: index === 59 ? 2 : 0,
      interested: index === 59 ? 2 : 0,
      replies: index === 59 ? 4 : 0,
      replyGapMs: index === 59 ? 6_000 : 0,
      lateReplies: index === 59 ? 1 : 0,
    }));
    const answer = await get('/demo/analytics/details?days=30&tz=Asia/Tashkent');
    const body = answer.json<AnalyticsDetails>();
    expect(Value.Check(AnalyticsDetails, body)).toBe(true);
    expect(body.days).toHaveLength(30);
    expect(body.days.at(-1)).toMatchObject({ calls: 2, interested: 2 });
    expect(body.current.replies).toEqual({ count: 4, avg_gap_ms: 1_500, within_budget: 3 });
    expect(body.previous.replies).toEqual({ count: 0, avg_gap_ms: null, within_budget: 0 });
    const { current } = body;
    expect(body.days.reduce((sum, day) => sum + day.calls, 0)).toBe(current.calls);
    const judged = Object.values(current.dispositions).reduce((sum, count) => sum + count, 0);
    expect(judged).toBe(current.calls);
  });

  it.each(['days=0', 'days=91', 'days=x', 'tz=Mars', 'tz='])('refuses %s', async (query) => {
    const answer = await get(`/demo/analytics/details?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'INVALID_FILTER' } });
  });
});

describe('GET /demo/interaction/{id} (D6)', () => {
  it('opens every demo item of the list in D4.5’s shapes', async () => {
    const { items } = (await get('/demo/interactions')).json<InteractionList>();
    for (const item of items) {
      const body: unknown = (await get(`/demo/interaction/${item.id}`)).json();
      const shape = item.type === 'call' ? CallInteraction : ChatInteraction;
      expect(Value.Check(shape, body), item.id).toBe(true);
      expect(keys(body)).toEqual(keys(shape.properties));
      expect(body).toMatchObject({ id: item.id, is_demo: true, created_at: item.created_at });
    }
  });

  it('opens a real call and its chat, the phone masked', async () => {
    const { callId } = await start();
    test.store.happen(callId, ...TALK, ...REST);
    finish(callId);
    const call = await get(`/demo/interaction/${callId}`);
    expect(call.json()).toEqual({ id: callId, ...REAL_CALL });
    expect(call.body).not.toContain('916123');
    expect((await get(`/demo/interaction/${CHAT_ID}`)).json()).toEqual(REAL_CHAT);
  });

  it.each(['demo-call-51', 'demo-call-0', 'x', CHAT_ID, '%00', "' or 1=1"])(
    'does not know %s',
    async (id) => {
      const answer = await get(`/demo/interaction/${encodeURI(id)}`);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ error: { code: 'INTERACTION_NOT_FOUND' } });
    },
  );
});

describe('GET /demo/interaction/{id}/timeline', () => {
  const timeline = (id: string) => get(`/demo/interaction/${id}/timeline`);

  it('times a real call’s lines, and nothing else of it', async () => {
    const { callId } = await start();
    test.store.happen(callId, ...TALK, ...REST);
    const answer = await timeline(callId.toUpperCase());
    const body = answer.json<CallTimeline>();
    expect(Value.Check(CallTimeline, body)).toBe(true);
    expect(body).toMatchObject({ id: callId, is_demo: false, recording: 'saved', duration_ms: 93_000 });
    expect(body.lines.map(({ text, start_ms, end_ms }) => [text, start_ms, end_ms])).toEqual([
      ['Здравствуйте!', 100, 900],
      ['Добрый день.', 1500, 2400],
    ]);
    expect(answer.body).not.toContain('9161231234');
  });

  it('claims no times of a demo call', async () => {
    expect((await timeline('demo-call-7')).json()).toEqual({
      id: 'demo-call-7',
      is_demo: true,
      recording: 'none',
      duration_ms: null,
      budget_ms: 2000,
      lines: [],
    });
  });

  it.each(['demo-chat-1', 'x', CHAT_ID])('does not know %s', async (id) => {
    const answer = await timeline(id);
    expect([answer.statusCode, answer.json()]).toMatchObject([
      404,
      { error: { code: 'INTERACTION_NOT_FOUND' } },
    ]);
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
