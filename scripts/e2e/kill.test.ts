import { afterAll, describe, expect, it } from 'vitest';
import type { CallEvent } from '../../engine/contract/call-event.ts';
import { startFakeGateway } from '../../api/channels/sms/testing/fake-gateway.ts';
import { fakeSmsc, fakeSmsRu, KEYS } from '../../api/channels/sms/testing/fake-providers.ts';
import { SECRET, startReceiver } from '../../api/channels/webhook/testing/receiver.ts';
import { startFakeOpenAi } from '../../engine/testing/fake-openai.ts';
import { Client } from './client.ts';
import { allGone } from '../lib/halo-process.ts';
import { House } from './house.ts';
import { until } from '../lib/until.ts';

const houses: House[] = [];
afterAll(async () => {
  await Promise.all(houses.map((house) => house.close()));
}, 90_000);

function newHouse(): House {
  const house = new House();
  houses.push(house);
  return house;
}

/** Seconds, for the lines this file prints: the figures of a run on this machine. */
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const numbersOf = (events: readonly CallEvent[]): readonly number[] => events.map((event) => event.seq);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at + 1);

// Stories, each in a house of its own, side by side: they mostly wait.
describe.concurrent('HALO', { timeout: 300_000 }, () => {
  it('killed with -9 in mid-call ends the call as failed, once, after its restart', async () => {
    const house = newHouse();
    const first = await house.start();
    const before = new Client(first);
    const session = await before.demo({ phone: '+79990000002' });
    const { call_id: callId } = await before.demoResult(session);
    await before.reaches(callId, 'in_progress');
    await until('the assistant speaks', 20_000, async () =>
      (await before.events(callId)).find((event) => event.type === 'utterance.started'),
    );
    const offspring = first.offspring();
    expect(offspring.map(({ name }) => name)).toContain('postgres');
    await first.kill();
    await allGone(offspring);

    const restartedMs = performance.now();
    const second = await house.start();
    const after = new Client(second);
    const events = await after.finished(callId, 30_000);
    console.log(
      `killed in mid-call: ready again after ${seconds(second.readyMs)}, ` +
        `the call finished ${seconds(performance.now() - restartedMs)} after the restart`,
    );
    expect(numbersOf(events)).toEqual(upTo(events.length));
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['call.ended', 'row.done']);
    expect(await after.session(callId)).toMatchObject({
      phone: '+79990000002',
      status: 'failed',
      final_disposition: 'unknown',
      duration_sec: 0,
      short_summary: null,
    });
    expect(await after.demoStatus(session)).toEqual({
      call_status: 'failed',
      analysis_status: 'pending',
      followup_status: 'pending',
      sms_status: 'pending',
      crm_status: 'pending',
      chat_ready: false,
    });
    expect(await after.demoResult(session)).toMatchObject({
      call_status_text: 'Сервис был перезапущен во время звонка',
      chat_id: null,
      sms: null,
    });
    expect(house.rows()).toHaveLength(1);
    expect(house.rows()[0]).toContain(
      `,${callId},+79990000002,failed,unknown,0,Не дозвонились: статус failed,`,
    );

    const busy = await after.call({ phone: '89990000486' });
    expect((await after.finished(busy, 20_000)).map(({ type }) => type)).toEqual([
      'call.created',
      'line.dialling',
      'line.ended',
      'call.traced',
      'call.ended',
      'row.done',
    ]);
    expect(await after.session(busy)).toMatchObject({ phone: '+79990000486', status: 'no_answer' });
    expect(house.rows()).toHaveLength(2);
    expect(house.rows()[1]).toContain(
      `,${busy},+79990000486,no_answer,unknown,0,Не дозвонились: статус no_answer,`,
    );
  });

  it('killed with -9 in mid-analysis, and again in mid-follow-up, does every step once', async () => {
    const house = newHouse();
    /** The request after the call that gets no answer. */
    let held: AfterCallRequest | undefined = 'analysis';
    const openai = await startFakeOpenAi({
      transcribe: () => 'Нет, спасибо, мне это не интересно.',
      chat: (body) => WORDS[requestOf(body)],
      speechSeconds: () => 0.8,
      fail: (stage) => {
        const latest = openai.arrivals.findLast((arrival) => arrival.stage === stage);
        return stage === 'chat' && latest !== undefined && requestOf(latest.body) === held
          ? { kind: 'hang_before' }
          : undefined;
      },
    });
    const asked = (what: AfterCallRequest): number =>
      openai.arrivals.filter(({ stage, body }) => stage === 'chat' && requestOf(body) === what).length;
    const env = { OPENAI_API_KEY: 'sk-fake', OPENAI_BASE_URL: openai.baseUrl };
    try {
      const first = await house.start(env);
      const session = await new Client(first).demo({ phone: '+79990000002', prompt: 'Кофе в зёрнах' });
      const { call_id: callId } = await new Client(first).demoResult(session);
      await until('the analysis is asked for', 60_000, async () => asked('analysis') === 1 || undefined);
      expect(await new Client(first).demoStatus(session)).toMatchObject({
        call_status: 'completed',
        analysis_status: 'pending',
      });
      await first.kill();

      held = 'followup';
      const secondMs = performance.now();
      const second = await house.start(env);
      await until('the follow-up is asked for', 60_000, async () => asked('followup') === 1 || undefined);
      console.log(
        `killed in mid-analysis: gone on ${seconds(performance.now() - secondMs)} after the restart`,
      );
      expect(await new Client(second).demoStatus(session)).toMatchObject({
        analysis_status: 'done',
        followup_status: 'pending',
      });
      expect(house.rows()).toEqual([]);
      await second.kill();

      held = undefined;
      const thirdMs = performance.now();
      const third = await house.start(env);
      const events = await new Client(third).finished(callId);
      console.log(
        `killed in mid-follow-up: finished ${seconds(performance.now() - thirdMs)} after the restart`,
      );

      expect(numbersOf(events)).toEqual(upTo(events.length));
      expect(events.slice(-7).map(({ type }) => type)).toEqual([
        'call.ended',
        'analysis.done',
        'followup.done',
        'sms.done',
        'chat.done',
        'crm.done',
        'row.done',
      ]);
      // Twice each: once unanswered, once answered. What was done before the kill was not asked for again.
      expect([asked('analysis'), asked('followup')]).toEqual([2, 2]);
      const made = await house.query<{ chats: number; messages: number; cards: number }>(
        `select (select count(*)::int from chats) as chats, (select count(*)::int from sms_outbox) as messages,
                (select count(*)::int from crm_records) as cards`,
      );
      expect(made).toEqual([{ chats: 1, messages: 1, cards: 1 }]);
      expect(house.rows()).toHaveLength(1);
      expect(house.rows()[0]).toContain(`,${callId},+79990000002,completed,not_interested,`);
      expect((await new Client(third).realInteractions()).map(({ type }) => type).toSorted()).toEqual([
        'call',
        'chat',
      ]);
      expect(await new Client(third).demoStatus(session)).toEqual({
        call_status: 'completed',
        analysis_status: 'done',
        followup_status: 'done',
        sms_status: 'sent',
        crm_status: 'added',
        chat_ready: true,
      });
    } finally {
      await openai.close();
    }
  });

  it.each([
    {
      name: 'smsc',
      what: 'sends it once: this gateway can be asked',
      provider: fakeSmsc,
      keys: { SMSC_LOGIN: KEYS.login, SMSC_PASSWORD: KEYS.password },
      after: ['sms.done', 'chat.done', 'crm.done', 'row.done'],
      seen: { sms: { gateway: 'smsc', simulated: false }, sms_delivery: null },
    },
    {
      name: 'smsru',
      what: 'says «unknown» and sends no second: this one cannot',
      provider: fakeSmsRu,
      keys: { SMSRU_API_ID: KEYS.apiId },
      after: ['delivery.changed', 'step.failed', 'chat.done', 'crm.done', 'row.done'],
      seen: { sms: null, sms_delivery: { state: 'unknown', gateway: 'smsru' } },
    },
  ] as const)('killed with -9 in mid-SMS ($name) $what', async ({ name, provider, keys, after, seen }) => {
    const house = newHouse();
    const { messages, answer } = provider();
    const gateway = await startFakeGateway(answer);
    gateway.troubles.push({ how: 'hang', taken: true });
    const env = { SMS_GATEWAY: name, SMS_API_URL: gateway.baseUrl, ...keys };
    try {
      const first = await house.start(env);
      const session = await new Client(first).demo({ phone: '+79990000001' });
      const { call_id: callId } = await new Client(first).demoResult(session);
      await until('the gateway has the SMS', 90_000, async () => gateway.arrivals.length === 1 || undefined);
      await first.kill();

      const restartedMs = performance.now();
      const second = await house.start(env);
      const events = await new Client(second).finished(callId, 90_000);
      console.log(
        `killed in mid-SMS (${name}): finished ${seconds(performance.now() - restartedMs)} after the restart`,
      );
      expect(messages).toHaveLength(1);
      expect(gateway.arrivals.filter(({ path }) => path.includes('send'))).toHaveLength(1);
      const steps = events.slice(events.findIndex(({ type }) => type === 'followup.done') + 1);
      expect(steps.map(({ type }) => type)).toEqual(after);
      expect(await new Client(second).demoResult(session)).toMatchObject(seen);
      for (const secret of Object.values(keys)) {
        if (secret !== KEYS.login) expect(first.output + second.output).not.toContain(secret);
      }
    } finally {
      await gateway.close();
    }
  });

  it('killed with -9 in mid-webhook sends it again: the same id, the same body', async () => {
    const house = newHouse();
    const receiver = await startReceiver();
    receiver.answer('hang');
    const env = { WEBHOOK_URL: receiver.url, WEBHOOK_SECRET: SECRET };
    try {
      const first = await house.start(env);
      const callId = await new Client(first).call({ phone: '+79990000486' });
      await until('the webhook is sent', 60_000, async () => receiver.arrivals.length === 1 || undefined);
      await first.kill();

      const restartedMs = performance.now();
      const second = await house.start(env);
      await until(
        'the webhook is sent again',
        60_000,
        async () => receiver.arrivals.length === 2 || undefined,
      );
      const events = await until('the call hears of it', 20_000, async () => {
        const found = await new Client(second).events(callId);
        return found.some(({ type }) => type === 'delivery.changed') ? found : undefined;
      });
      console.log(
        `killed in mid-webhook: told ${seconds(performance.now() - restartedMs)} after the restart began`,
      );
      // The row of the table may be told before or after it.
      const told = events.filter(({ type }) => type === 'delivery.changed');
      expect(told).toMatchObject([{ channel: 'webhook', state: 'accepted' }]);
      const [one, two, ...more] = await receiver.verified();
      expect(one).toEqual(two);
      expect(more).toEqual([]);
      expect(JSON.parse(one!.body)).toMatchObject({
        id: one!.id,
        data: { call: { id: callId, status: 'no_answer' } },
      });
      for (const secret of [SECRET, 'tenant=7']) expect(first.output + second.output).not.toContain(secret);
    } finally {
      await receiver.close();
    }
  });

  it('stopped in mid-call ends in good order; starts warm; two processes share one data folder', async () => {
    const house = newHouse();
    const first = await house.start();
    const client = new Client(first);
    const callId = await client.call({ phone: '+79990000002' });
    await client.reaches(callId, 'in_progress');
    const offspring = first.offspring();
    const exit = await first.stop();
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.tookMs).toBeLessThan(20_000);
    await allGone(offspring);

    const second = await house.start();
    const here = new Client(second);
    const events = await here.finished(callId);
    expect(numbersOf(events)).toEqual(upTo(events.length));
    expect(events.find((event) => event.type === 'line.ended')).toMatchObject({ outcome: 'hangup_near' });
    for (const type of ['recording.saved', 'call.ended', 'analysis.done', 'row.done'] as const) {
      expect([type, events.filter((event) => event.type === type).length]).toEqual([type, 1]);
    }
    expect(house.rows()).toHaveLength(1);

    const third = await house.start();
    const there = new Client(third);
    const one = await here.call({ phone: '+79990000486' });
    const two = await there.call({ phone: '+79990000503' });
    await Promise.all([there.finished(one), here.finished(two)]);
    expect(await there.session(one)).toMatchObject({ status: 'no_answer' });
    expect(await here.session(two)).toMatchObject({ status: 'failed' });
    expect(await here.realInteractions()).toEqual(await there.realInteractions());
    expect(house.rows()).toHaveLength(3);

    // The one that goes takes the database's server with it; the other starts it again.
    await second.stop();
    const three = await until('the other process takes calls again', 30_000, () =>
      there.call({ phone: '+79990000486' }),
    );
    await there.finished(three);
    expect(house.rows()).toHaveLength(4);
    const last = third.offspring();
    await third.stop();
    await allGone(last);

    // By now the other stories only wait.
    const again = await house.start();
    console.log(
      `first start ${seconds(first.readyMs)}, warm starts ${seconds(second.readyMs)} (side by side), ` +
        `${seconds(again.readyMs)}; stopped in mid-call in ${seconds(exit.tookMs)}`,
    );
    expect(again.readyMs).toBeLessThan(20_000);
  });
});

type AfterCallRequest = 'analysis' | 'followup';

/** What a completion is asked for: the conversation is streamed, the judgement is JSON. */
function requestOf(body: Readonly<Record<string, unknown>>): AfterCallRequest | 'reply' {
  if (body['stream'] === true) return 'reply';
  return body['response_format'] === undefined ? 'followup' : 'analysis';
}

const WORDS: Readonly<Record<AfterCallRequest | 'reply', string>> = {
  reply: 'Понимаю вас, спасибо. До свидания!',
  analysis: '{"final_disposition":"not_interested","short_summary":"Клиент отказался.","interest":"нет"}',
  followup: 'Спасибо за разговор!',
};
