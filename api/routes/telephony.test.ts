import { createHmac, randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createProvider, type ProviderTelephony } from '../../engine/adapters/provider/provider.ts';
import { SystemFrameTicker } from '../../engine/adapters/system/frame-ticker.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { UdpTransport } from '../../engine/adapters/system/udp-transport.ts';
import { toCallId } from '../../engine/contract/ids.ts';
import { muLawEncode } from '../../engine/media/g711.ts';
import { randomRtpSender } from '../../engine/media/random-sender.ts';
import { parseWav, writeWav } from '../../engine/media/wav.ts';
import type { MediaSocket } from '../../engine/ports/media-transport.ts';
import type { Line, LineEvent } from '../../engine/ports/telephony.ts';
import { FAKE_PROVIDER } from '../../engine/testing/fake-provider.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { testApp } from '../testing/test-app.ts';
import type { App } from './app-deps.ts';

const SECRET = { 'x-telephony-secret': FAKE_PROVIDER.eventSecret };
const JSON_TYPE = { 'content-type': 'application/json' };

let app: App;
let provider: ProviderTelephony;
let orders: { call_id: string; audio_url: string }[];
const sockets: MediaSocket[] = [];
const transport = new UdpTransport();
const ticker = new SystemFrameTicker();

beforeEach(async () => {
  orders = [];
  provider = createProvider(
    {
      clock: systemClock,
      ticker,
      transport,
      fetch: async (_url, init) => {
        if (typeof init?.body === 'string') orders.push(JSON.parse(init.body) as (typeof orders)[number]);
        return Response.json({});
      },
      onTrouble: () => undefined,
    },
    FAKE_PROVIDER,
  );
  const engine = Object.assign(new FakeEngine(), { provider: provider.door });
  app = (await testApp({ engine })).app;
});
afterEach(async () => {
  await provider.telephony.close();
  await app.close();
  await Promise.all(sockets.splice(0).map((socket) => socket.close()));
});

interface Placed {
  readonly callId: string;
  readonly line: Line;
  readonly events: LineEvent[];
  readonly media: MediaSocket;
  /** Path and query of the sound connection. */
  readonly soundPath: string;
}

async function place(): Promise<Placed> {
  const media = await transport.open();
  sockets.push(media);
  const callId = toCallId(randomUUID());
  const events: LineEvent[] = [];
  const line = provider.telephony.dial(
    { callId, phone: '+79161234567', localMedia: media.local, ringTimeoutMs: 60_000, language: 'ru' },
    (event) => events.push(event),
    new AbortController().signal,
  );
  await until(() => orders.some((order) => order.call_id === callId));
  const { audio_url: url } = orders.find((order) => order.call_id === callId)!;
  const { pathname, search } = new URL(url);
  return { callId, line, events, media, soundPath: `${pathname}${search}` };
}

const event = (callId: string, name: string) =>
  JSON.stringify({ call_id: callId, event: name, timestamp: '2025-11-17T16:10:00Z', reason: null });

const post = (payload: string | Buffer, headers: Record<string, string> = { ...SECRET, ...JSON_TYPE }) =>
  app.inject({ method: 'POST', url: '/telephony/events', headers, payload });

/** What is in use when all that can go is gone. */
function heapMb(): number {
  setFlagsFromString('--expose_gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

async function until(done: () => boolean, limitMs = 5_000): Promise<void> {
  for (const started = performance.now(); !done(); await new Promise((next) => setTimeout(next, 5))) {
    if (performance.now() - started > limitMs) throw new Error(`not within ${limitMs} ms`);
  }
}

describe('POST /telephony/events', () => {
  it('takes V4.2’s JSON as the document writes it, byte for byte', async () => {
    const { callId, events } = await place();
    const payload = `{
  "call_id": "${callId}",
  "event": "ringing", 
  "timestamp": "2025-11-17T16:10:00Z",
  "reason": null
}
`;
    const answer = await post(payload);
    expect([answer.statusCode, answer.body]).toEqual([200, '{"status":"accepted","hangup":false}']);
    expect(events).toEqual([{ type: 'ringing' }]);
    expect((await post(payload)).body).toBe('{"status":"ignored","hangup":false}');
    expect(events).toHaveLength(1);
  });

  it('takes a signature over the bytes, and refuses everything forged before it reads it', async () => {
    const { callId, events } = await place();
    const payload = event(callId, 'ringing');
    const at = String(Math.floor(Date.now() / 1000));
    const sign = (secret: string, time = at) =>
      `sha256=${createHmac('sha256', secret).update(`${time}.${payload}`).digest('hex')}`;
    const signed = (signature: string, time = at) => ({
      ...JSON_TYPE,
      'x-telephony-timestamp': time,
      'x-telephony-signature': signature,
    });
    const forged = [
      await post(payload, JSON_TYPE),
      await post(payload, { ...JSON_TYPE, 'x-telephony-secret': 'guess' }),
      await post(payload, signed(sign('guess'))),
      await post(`${payload} `, signed(sign(FAKE_PROVIDER.eventSecret))),
      await post(payload, signed(sign(FAKE_PROVIDER.eventSecret, '1700000000'), '1700000000')),
      await post('not JSON', JSON_TYPE),
    ];
    for (const { statusCode, body } of forged) {
      expect(statusCode).toBe(401);
      expect(JSON.parse(body)).toMatchObject({ error: { code: 'PROVIDER_UNAUTHORIZED' } });
    }
    expect(events).toEqual([]);
    expect((await post(payload, signed(sign(FAKE_PROVIDER.eventSecret)))).statusCode).toBe(200);
  });

  it('says clearly what it cannot use', async () => {
    const unknown = await post(event(randomUUID(), 'ringing'));
    expect([unknown.statusCode, unknown.json()]).toMatchObject([
      404,
      { error: { code: 'PROVIDER_CALL_UNKNOWN' } },
    ]);
    const wrong = await post(event(randomUUID(), 'flew'));
    expect([wrong.statusCode, wrong.json()]).toMatchObject([400, { error: { code: 'INVALID_EVENT' } }]);
    const long = await post(' '.repeat(20_000));
    expect(long.statusCode).toBe(413);
    expect((await app.inject({ url: '/telephony/events?zd_echo=1' })).statusCode).toBe(404);
    expect((await app.inject({ method: 'PUT', url: '/telephony/events' })).statusCode).toBe(405);
  });

  it('is switched off with another telephony', async () => {
    const other = (await testApp()).app;
    const answer = await other.inject({
      method: 'POST',
      url: '/telephony/events',
      headers: SECRET,
      payload: '{}',
    });
    expect([answer.statusCode, answer.json()]).toMatchObject([404, { error: { code: 'PROVIDER_OFF' } }]);
    await other.close();
  });

  it('takes 10,000 events, replayed and forged among them, to right states in bounded memory', async () => {
    const calls = await Promise.all(Array.from({ length: 20 }, () => place()));
    const names = ['ringing', 'ringing', 'busy', 'hangup', 'ringing'];
    const before = heapMb();
    const startedMs = performance.now();
    let unauthorised = 0;
    let unknown = 0;
    for (let round = 0; round < 100; round++) {
      const answers = await Promise.all(
        calls.flatMap(({ callId }) =>
          names.map((name, n) => {
            if (n === 4) return post(event(randomUUID(), name));
            return n === 1 ? post(event(callId, name), JSON_TYPE) : post(event(callId, name));
          }),
        ),
      );
      unauthorised += answers.filter(({ statusCode }) => statusCode === 401).length;
      unknown += answers.filter(({ statusCode }) => statusCode === 404).length;
    }
    const tookSec = (performance.now() - startedMs) / 1000;
    const grownMb = heapMb() - before;
    console.log(`10,000 events in ${tookSec.toFixed(1)} s; the heap grew by ${grownMb.toFixed(1)} MB`);
    expect([unauthorised, unknown]).toEqual([2_000, 2_000]);
    expect(tookSec).toBeLessThan(60);
    expect(grownMb).toBeLessThan(16);
    await until(() => calls.every(({ events }) => events.at(-1)?.type === 'ended'));
    for (const { events } of calls) {
      expect(events.map(({ type }) => type)).toEqual(['ringing', 'ended']);
      expect(events.at(-1)).toMatchObject({ outcome: 'busy' });
    }
  });
});

describe('WS /telephony/audio/{call_id}', () => {
  async function listening(): Promise<string> {
    if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' });
    return `127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  }

  interface Opened {
    readonly socket: WebSocket;
    readonly texts: string[];
    readonly frames: Buffer[];
  }

  /** What became of the attempt: a status, or an open connection. */
  async function connect(path: string): Promise<Opened | number> {
    const socket = new WebSocket(`ws://${await listening()}${path}`);
    const [texts, frames]: [string[], Buffer[]] = [[], []];
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) frames.push(data);
      else texts.push(data.toString());
    });
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve({ socket, texts, frames }));
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
      socket.once('error', (error) => reject(error));
    });
  }

  async function open(path: string): Promise<Opened> {
    const opened = await connect(path);
    if (typeof opened === 'number') throw new Error(`HTTP ${opened}`);
    return opened;
  }

  const closing = (socket: WebSocket): Promise<number> =>
    new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));

  it('carries sound both ways, in pieces of any size, and ends with the call', async () => {
    const { callId, line, events, media, soundPath } = await place();
    const { socket, texts, frames } = await open(soundPath);
    await post(event(callId, 'answered'));
    await until(() => events.at(-1)?.type === 'answered');
    const { remote } = events.at(-1) as Extract<LineEvent, { type: 'answered' }>;
    const heard: number[] = [];
    media.onPacket((bytes) => heard.push(bytes.length));
    for (let sent = 0; sent < 8000; sent += 500) socket.send(Buffer.alloc(500, 0x20));
    const sender = randomRtpSender();
    for (let frame = 0; frame < 10; frame++)
      media.send(sender.packet(new Uint8Array(160).fill(frame), { frame }), remote);
    await until(() => heard.length === 50 && frames.length === 10);
    expect(new Set(heard)).toEqual(new Set([172]));
    expect(frames.map(([first]) => first)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(JSON.parse(texts[0]!)).toMatchObject({
      type: 'start',
      call_id: callId,
      format: 'pcmu',
      rate_hz: 8000,
    });
    const closed = closing(socket);
    line.hangup();
    expect(await closed).toBe(1000);
    expect(JSON.parse(texts.at(-1)!)).toEqual({ type: 'hangup' });
  });

  it('opens once, and only with the word', async () => {
    const { callId, line, soundPath } = await place();
    expect(await connect(`/telephony/audio/${callId}`)).toBe(401);
    expect(await connect(`/telephony/audio/${callId}?token=guess`)).toBe(401);
    expect(await connect(soundPath.replace(callId, randomUUID()))).toBe(404);
    // Looking at it over HTTP does not use it up.
    const look = await app.inject({ url: soundPath });
    expect([look.statusCode, look.json()]).toMatchObject([426, { error: { code: 'UPGRADE_REQUIRED' } }]);
    const { socket } = await open(soundPath);
    expect(await connect(soundPath)).toBe(401);
    socket.terminate();
    line.hangup();
    await until(() => provider.door.admit(callId, 'x') === 'over');
    expect(await connect(soundPath)).toBe(410);
  });

  it.each(['/healthz', '/call', '/nowhere'])('upgrades nothing else: %s', async (path) => {
    const socket = new WebSocket(`ws://${await listening()}${path}`);
    await closing(socket);
    await until(() => app.websocketServer.clients.size === 0);
  });

  it('closes a connection that sends too much at once', async () => {
    const { soundPath } = await place();
    const { socket } = await open(soundPath);
    const closed = closing(socket);
    socket.send(Buffer.alloc(100_000));
    expect(await closed).toBe(1009);
    await until(() => app.websocketServer.clients.size === 0);
  });

  it('tells its clients that it goes away', async () => {
    const { soundPath } = await place();
    const { socket } = await open(soundPath);
    const closed = closing(socket);
    await app.close();
    expect(await closed).toBe(1001);
  });
});

describe('POST /telephony/audio', () => {
  const send = (
    callId: string,
    payload: Buffer,
    type = 'audio/wav',
    headers: Record<string, string> = SECRET,
  ) =>
    app.inject({
      method: 'POST',
      url: `/telephony/audio?call_id=${callId}`,
      headers: { ...headers, 'content-type': type },
      payload,
    });
  const tone = Int16Array.from({ length: 160 }, (_, at) => 8000 * Math.sin(at / 3));

  it('answers the caller’s sound with a link to the assistant’s, once', async () => {
    const { callId, events, media } = await place();
    await post(event(callId, 'answered'));
    const asked = await send(callId, Buffer.alloc(0));
    expect(asked.statusCode).toBe(200);
    const { reply, reply_url: url } = asked.json<{ reply: number; reply_url: string }>();
    expect(reply).toBe(1);
    expect(url).toMatch(new RegExp(`^https://halo\\.example/telephony/audio/${callId}/reply/1\\?token=`));
    const { remote } = events.at(-1) as Extract<LineEvent, { type: 'answered' }>;

    const sender = randomRtpSender();
    const voice = muLawEncode(tone);
    const stop = ticker.start((frame) =>
      media.send(sender.packet(frame < 25 ? voice : new Uint8Array(160).fill(0xff), { frame }), remote),
    );
    const path = url.slice(FAKE_PROVIDER.publicUrl.length);
    const answer = await app.inject({ url: path });
    stop();
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['x-call-state']]).toEqual([
      200,
      'audio/wav',
      'talking',
    ]);
    const { rateHz, samples } = parseWav(answer.rawPayload);
    expect(rateHz).toBe(8000);
    expect(samples[0]!.length).toBeGreaterThanOrEqual(25 * 160);
    expect((await app.inject({ url: path })).statusCode).toBe(404);

    // A turn, as WAV of another rate.
    const packets: number[] = [];
    media.onPacket((bytes) => packets.push(bytes.length));
    const turn = Int16Array.from({ length: 8000 }, (_, at) => 8000 * Math.sin(at / 5));
    expect((await send(callId, Buffer.from(writeWav(16_000, [turn])))).json()).toMatchObject({ reply: 2 });
    await until(() => packets.length === 25);
  });

  it('says clearly what it cannot use', async () => {
    const { callId } = await place();
    expect((await send(callId, Buffer.alloc(10), 'audio/basic', {})).json()).toMatchObject({
      error: { code: 'PROVIDER_UNAUTHORIZED' },
    });
    expect((await send(randomUUID(), Buffer.alloc(10), 'audio/basic')).statusCode).toBe(404);
    expect((await send(callId, Buffer.from('ID3...'), 'audio/mpeg')).json()).toMatchObject({
      error: { code: 'SOUND_UNREADABLE' },
    });
    const long = await send(callId, Buffer.alloc(3 * 2 ** 20), 'audio/basic');
    expect([long.statusCode, long.json()]).toMatchObject([413, { error: { code: 'SOUND_TOO_LONG' } }]);
    expect((await app.inject({ url: `/telephony/audio/${callId}/reply/1?token=x` })).statusCode).toBe(404);
  });
});
