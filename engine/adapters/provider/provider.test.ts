import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCallId } from '../../contract/ids.ts';
import { PROVIDER_EVENTS, type ProviderEventName } from '../../contract/provider.ts';
import { parseWav } from '../../media/wav.ts';
import type { MediaTransport } from '../../ports/media-transport.ts';
import type { LineEvent } from '../../ports/telephony.ts';
import { FAKE_PHONES, FAKE_PROVIDER, FakeProvider } from '../../testing/fake-provider.ts';
import { MemoryTransport } from '../../testing/memory-transport.ts';
import { telephonyContract, type TelephonyUnderTest } from '../../testing/telephony-contract.ts';
import { VirtualClock, virtualTicker } from '../../testing/virtual-clock.ts';
import { randomRtpSender } from '../../media/random-sender.ts';
import { muLawEncode } from '../../media/g711.ts';
import { createProvider } from './provider.ts';

/** Counts its sockets. */
function countedTransport(): MediaTransport & { readonly bound: () => number } {
  const inner = new MemoryTransport();
  let bound = 0;
  return {
    bound: () => bound,
    open: async () => {
      const socket = await inner.open();
      bound += 1;
      let open = true;
      return {
        local: socket.local,
        send: (bytes, to) => socket.send(bytes, to),
        onPacket: (listener) => socket.onPacket(listener),
        poll: () => socket.poll(),
        close: async () => {
          await socket.close();
          if (open) bound -= 1;
          open = false;
        },
      };
    },
  };
}

function lab() {
  const clock = new VirtualClock();
  const ticker = virtualTicker(clock);
  const transport = countedTransport();
  const fake = new FakeProvider(clock, ticker);
  const troubles: string[] = [];
  const { telephony, door } = createProvider(
    { clock, ticker, transport, fetch: fake.fetch, onTrouble: (what) => troubles.push(what) },
    FAKE_PROVIDER,
  );
  fake.door = door;
  return {
    clock,
    ticker,
    fake,
    door,
    telephony,
    transport,
    troubles,
    phones: FAKE_PHONES,
    held: () => transport.bound() + fake.held(),
    wait: async (ms: number) => {
      await clock.run(ms);
    },
  } satisfies TelephonyUnderTest & Record<string, unknown>;
}

telephonyContract('The generic provider', () => lab());

/** A provider who does nothing by himself for a while. */
const QUIET = FAKE_PHONES.rings;
const names = fc.constantFrom(...PROVIDER_EVENTS);

describe('The generic provider', () => {
  it('comes to the same end whatever the order of the events and however often each comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(names, { minLength: 1, maxLength: 6 }),
        fc.array(names, { maxLength: 6 }),
        fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
        async (told, again, order) => {
          const repeated = again.filter((name) => told.includes(name));
          const shuffled = [...told, ...repeated]
            .map((name, n) => ({ name, at: order[n]! }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ name }) => name);
          expect(await endState(shuffled)).toEqual(await endState(told));
        },
      ),
      { numRuns: 150 },
    );
  });

  /** What the engine was told in the end, when these came within a moment. */
  async function endState(names: readonly ProviderEventName[]) {
    const subject = lab();
    const { callId, events, order } = await dial(subject, QUIET);
    subject.fake.connect(callId, order.audio_url);
    for (const name of names) {
      subject.fake.say(callId, name, `because of ${name}`);
      // Twelve of them within the half second in which an end may still be overtaken.
      await subject.wait(30);
    }
    await subject.wait(1_000);
    const state = {
      answered: events.some(({ type }) => type === 'answered'),
      ended: events.filter(({ type }) => type === 'ended'),
    };
    await subject.telephony.close();
    return state;
  }

  it('remembers calls that are over, as many as it may', async () => {
    const subject = lab();
    const { callId, line } = await dial(subject, QUIET);
    line.hangup();
    await subject.wait(20);
    expect(subject.fake.say(callId, 'answered')).toEqual({
      kind: 'heard',
      callId,
      event: 'answered',
      news: false,
      over: true,
    });
    expect(subject.fake.say(randomUUID(), 'answered')).toEqual({ kind: 'unknown' });
  });

  async function dial(subject: ReturnType<typeof lab>, phone: string = '+79990000000') {
    const socket = await subject.transport.open();
    const callId = toCallId(randomUUID());
    const events: LineEvent[] = [];
    const request = { callId, phone, localMedia: socket.local, ringTimeoutMs: 30_000, language: 'ru' };
    const line = subject.telephony.dial(request, (event) => events.push(event), new AbortController().signal);
    await subject.wait(10);
    const types = () => events.map(({ type }) => type);
    const order = subject.fake.orders.at(-1)!;
    return { callId, line, events, types, socket, order };
  }

  it('asks for the call once, with everything that is needed to bring it', async () => {
    const subject = lab();
    const { callId, order } = await dial(subject);
    expect(subject.fake.orders).toHaveLength(1);
    const { audio_url: audioUrl, ...rest } = order;
    expect(rest).toEqual({
      call_id: callId,
      phone: '+79990000000',
      events_url: 'https://halo.example/telephony/events',
      ring_timeout_sec: 30,
      language: 'ru',
    });
    expect(audioUrl).toMatch(
      new RegExp(`^wss://halo\\.example/telephony/audio/${callId}\\?token=[\\w-]{32}$`),
    );
  });

  it('waits for the sound before it says «answered», and gives up without it', async () => {
    const subject = lab();
    const { callId, types, order, events } = await dial(subject, QUIET);
    subject.fake.say(callId, 'answered');
    await subject.wait(1_000);
    expect(types()).not.toContain('answered');
    subject.fake.connect(callId, order.audio_url);
    await subject.wait(20);
    expect(types().at(-1)).toBe('answered');

    const other = await dial(subject, QUIET);
    subject.fake.say(other.callId, 'answered');
    await subject.wait(6_000);
    expect(other.events.at(-1)).toMatchObject({
      type: 'ended',
      outcome: 'error',
      reason: 'провайдер не подключил звук разговора',
    });
    expect(subject.fake.hangups).toContain(other.callId);
    expect(events.at(-1)?.type).toBe('answered');
  });

  it('lets a token in once, and none that is wrong, foreign or late', async () => {
    const subject = lab();
    const one = await dial(subject, QUIET);
    const two = await dial(subject, QUIET);
    expect(subject.fake.connect(one.callId, two.order.audio_url)).toBe('forged');
    expect(subject.fake.connect(one.callId, 'wss://x.example/?token=guess')).toBe('forged');
    expect(subject.fake.connect(randomUUID(), one.order.audio_url)).toBe('unknown');
    expect(subject.fake.connect('not-a-uuid', one.order.audio_url)).toBe('unknown');
    expect(typeof subject.fake.connect(one.callId, one.order.audio_url)).toBe('object');
    expect(subject.fake.connect(one.callId, one.order.audio_url)).toBe('forged');
    two.line.hangup();
    await subject.wait(20);
    expect(subject.fake.connect(two.callId, two.order.audio_url)).toBe('over');
  });

  it('takes a broken connection back with a fresh token, and not one that stays away', async () => {
    const subject = lab();
    const { callId, order, types, events } = await dial(subject, QUIET);
    subject.fake.say(callId, 'answered');
    const session = subject.fake.connect(callId, order.audio_url);
    if (typeof session === 'string') throw new Error(session);
    await subject.wait(100);
    session.closed(1006);
    await subject.wait(3_000);
    expect(types().at(-1)).toBe('answered');
    const { reconnect_url: again } = JSON.parse(subject.fake.texts[0]!) as { reconnect_url: string };
    const second = subject.fake.connect(callId, again);
    if (typeof second === 'string') throw new Error(second);
    await subject.wait(10_000);
    expect(types().at(-1)).toBe('answered');
    second.closed(1006);
    await subject.wait(5_500);
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: 'error', cause: 'WebSocket 1006' });
  });

  it('hears a connection that is closed in order as the end of the conversation', async () => {
    const subject = lab();
    const { callId, order, events } = await dial(subject, QUIET);
    subject.fake.say(callId, 'answered');
    const session = subject.fake.connect(callId, order.audio_url);
    if (typeof session === 'string') throw new Error(session);
    session.closed(1000);
    await subject.wait(1_000);
    expect(events.at(-1)).toMatchObject({ type: 'ended', outcome: 'hangup_far' });
  });

  it('says «hangup» on the connection and to hangup_url when we hang up', async () => {
    const subject = lab();
    const { callId, order, line } = await dial(subject, QUIET);
    subject.fake.say(callId, 'answered');
    subject.fake.connect(callId, order.audio_url);
    line.hangup();
    await subject.wait(100);
    expect(JSON.parse(subject.fake.texts.at(-1)!)).toEqual({ type: 'hangup' });
    expect(subject.fake.hangups).toEqual([callId]);
    expect(subject.fake.say(callId, 'hangup')).toMatchObject({ kind: 'heard', news: false, over: true });
  });

  it('passes digits on', async () => {
    const subject = lab();
    const { callId, order, events } = await dial(subject, QUIET);
    subject.fake.say(callId, 'answered');
    const session = subject.fake.connect(callId, order.audio_url);
    if (typeof session === 'string') throw new Error(session);
    session.text('{"type":"dtmf","digit":"5"}');
    session.text('{"type":"dtmf","digit":"55"}');
    session.text('no JSON');
    expect(events.at(-1)).toEqual({ type: 'dtmf', digit: '5' });
  });

  it.each([
    [401, 'провайдер не принял ключ: проверьте TELEPHONY_API_KEY', 1],
    [422, 'провайдер отклонил запрос звонка: проверьте TELEPHONY_CONFIG', 1],
    [500, 'у провайдера ошибка', 1],
    [503, 'провайдер сейчас не принимает звонки', 3],
  ])('ends a call that the provider answers with %s', async (status, reason, asked) => {
    const subject = lab();
    subject.fake.answer = () => new Response('no', { status });
    const { events } = await dial(subject);
    await subject.wait(5_000);
    expect(events).toMatchObject([{ type: 'ended', outcome: 'error', reason }]);
    expect(subject.fake.orders).toHaveLength(asked);
  });

  it('waits as long as 429 asks, and calls then', async () => {
    const subject = lab();
    let asked = 0;
    subject.fake.answer = () =>
      asked++ === 0 ? new Response('', { status: 429, headers: { 'retry-after': '2' } }) : Response.json({});
    const { types } = await dial(subject, FAKE_PHONES.talks);
    await subject.wait(1_500);
    expect(subject.fake.orders).toHaveLength(1);
    await subject.wait(3_000);
    expect(subject.fake.orders).toHaveLength(2);
    expect(types()).toContain('answered');
  });

  it('does not ask twice where nobody knows whether the call was taken; the events tell', async () => {
    const subject = lab();
    subject.fake.answer = () => Promise.reject(new Error('socket hang up'));
    const { callId, types, order } = await dial(subject, QUIET);
    await subject.wait(5_000);
    expect(subject.fake.orders).toHaveLength(1);
    expect(subject.troubles).toHaveLength(1);
    expect(types()).toEqual([]);
    subject.fake.say(callId, 'answered');
    subject.fake.connect(callId, order.audio_url);
    expect(types()).toEqual(['answered']);
  });

  it('asks again where nobody was there to take it, and says so in the end', async () => {
    const subject = lab();
    subject.fake.answer = () =>
      Promise.reject(
        new TypeError('fetch failed', { cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }) }),
      );
    const { events } = await dial(subject);
    await subject.wait(5_000);
    expect(subject.fake.orders).toHaveLength(3);
    expect(events).toMatchObject([
      { type: 'ended', outcome: 'error', reason: 'сервер провайдера не отвечает', cause: 'ECONNREFUSED' },
    ]);
  });

  it('gives the assistant’s answer to a provider who posts the sound in pieces', async () => {
    const subject = lab();
    const { callId, types, socket, events } = await dial(subject, QUIET);
    const post = (body: Uint8Array) =>
      subject.door.posted(callId, {
        headers: { 'x-telephony-secret': FAKE_PROVIDER.eventSecret, 'content-type': 'audio/basic' },
        body,
      });
    subject.fake.say(callId, 'answered');
    const greeting = await post(new Uint8Array());
    if (greeting.kind !== 'taken') throw new Error(greeting.kind);
    expect(types().at(-1)).toBe('answered');
    const { remote } = events.at(-1) as Extract<LineEvent, { type: 'answered' }>;

    // The assistant speaks for a second, and is quiet then.
    const sender = randomRtpSender();
    const voice = muLawEncode(new Int16Array(160).map((_, at) => 8000 * Math.sin(at / 3)));
    const quiet = new Uint8Array(160).fill(0xff);
    const stop = subject.ticker.start((frame) =>
      socket.send(sender.packet(frame >= 10 && frame < 60 ? voice : quiet, { frame }), remote),
    );
    const token = (url: string) => new URL(url).searchParams.get('token') ?? '';
    const answer = subject.door.reply(callId, 1, token(greeting.url), new AbortController().signal);
    await subject.wait(3_000);
    stop();
    const said = await answer;
    if (said.kind !== 'said') throw new Error(said.kind);
    const { rateHz, samples } = parseWav(said.wav);
    expect([rateHz, samples.length]).toEqual([8000, 1]);
    expect(samples[0]!.length).toBe(60 * 160);
    expect(said.over).toBe(false);
    expect(await subject.door.reply(callId, 1, token(greeting.url), new AbortController().signal)).toEqual({
      kind: 'unknown',
    });

    // A turn of half a second reaches the media path.
    let packets = 0;
    socket.onPacket(() => (packets += 1));
    const next = await post(new Uint8Array(4000).fill(0x55));
    await subject.wait(1_000);
    expect(next).toMatchObject({ kind: 'taken', reply: 2 });
    expect(packets).toBe(25);
    expect(await post(Buffer.from('RIFF....'))).toMatchObject({ kind: 'unreadable' });
    expect(
      await subject.door.posted(callId, {
        headers: { 'x-telephony-secret': 'wrong' },
        body: new Uint8Array(),
      }),
    ).toEqual({ kind: 'forged' });
  });
});
