import { describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { NO_SUMS } from '../persistence/real-data.ts';
import { AnalyticsDetails, DemoAnalytics } from '../schemas/demo.ts';
import { CallInteraction, ChatInteraction, InteractionList } from '../schemas/interactions.ts';
import { CallTimeline } from '../schemas/timeline.ts';
import type { TestApp } from '../testing/test-app.ts';
import {
  CHAT_ID,
  eachWithDemoApp,
  finishDemo,
  REAL_CALL,
  REAL_CHAT,
  REST,
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
