import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../engine/adapters/asterisk/server/free-port.ts';
import { parseWav } from '../../engine/index.ts';
import { Client } from './client.ts';
import { House } from './house.ts';
import type { HaloProcess } from '../lib/halo-process.ts';
import { until } from '../lib/until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const API_KEY = 'the-key-of-the-provider';
const EVENT_SECRET = 'the-secret-of-events';
const EXAMPLE_PHONE = '+79161234567';
const VOICES = [1, 2, 3, 4].map((n) => join(ROOT, `seeds/voices/interested-ru-${n}.wav`));

const house = new House();
const heardDir = mkdtempSync(join(tmpdir(), 'halo-provider-'));
let provider: ChildProcess;
let halo: HaloProcess;
/** Takes orders and does nothing: what happens is up to the test. */
const gateway = createServer();
const orders: Order[] = [];

interface Order {
  readonly call_id: string;
  readonly phone: string;
}

/** The integrator's example, as he would start it. */
async function startProvider(): Promise<number> {
  provider = spawn(process.execPath, ['scripts/examples/provider-client.mjs', ...VOICES], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], EVENT_SECRET, PORT: '0', OUT_DIR: heardDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  provider.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  return until('the provider listens', 10_000, async () => {
    const port = /listening on (\d+)/.exec(output)?.[1];
    return port === undefined ? undefined : Number(port);
  });
}

beforeAll(async () => {
  const [examplePort, port] = [await startProvider(), await freePort('127.0.0.1', ['tcp'])];
  // The example's calls go to the example, the others stay here.
  gateway.on('request', (request, response) => {
    void request.toArray().then(async (parts: Buffer[]) => {
      const body = Buffer.concat(parts).toString();
      const order = JSON.parse(body) as Order;
      if (request.url === '/dial') orders.push(order);
      if (order.phone === EXAMPLE_PHONE)
        await fetch(`http://127.0.0.1:${examplePort}${request.url ?? ''}`, { method: 'POST', body });
      response.writeHead(202).end('{}');
    });
  });
  gateway.listen(0, '127.0.0.1');
  await once(gateway, 'listening');
  const { port: dialPort } = gateway.address() as AddressInfo;
  halo = await house.start({
    PORT: String(port),
    HALO_TELEPHONY: 'provider',
    HALO_SPEECH: 'offline',
    TELEPHONY_API_KEY: API_KEY,
    TELEPHONY_CONFIG: JSON.stringify({
      dial_url: `http://127.0.0.1:${dialPort}/dial`,
      public_url: `http://127.0.0.1:${port}`,
      event_secret: EVENT_SECRET,
    }),
  });
});
afterAll(async () => {
  await house.close();
  if (provider.exitCode === null) {
    provider.kill();
    await once(provider, 'exit');
  }
  gateway.close();
  rmSync(heardDir, { recursive: true });
}, 60_000);

describe.concurrent('a whole conversation through a provider that is not ours', () => {
  it('comes to its disposition, over the WebSocket both ways', async () => {
    const client = new Client(halo);
    const about = (await (await client.send('/demo/about')).json()) as { telephony: unknown };
    expect(about.telephony).toMatchObject({ name: 'provider', simulated: false });
    const health = (await (await client.send('/healthz')).json()) as { telephony: unknown };
    expect(health.telephony).toEqual({ name: 'provider', state: 'ready' });

    const callId = await client.call({ phone: EXAMPLE_PHONE });
    const events = await client.finished(callId, 120_000);
    const session = await client.session(callId);
    expect(session).toMatchObject({ status: 'completed', final_disposition: 'interested' });
    expect(session.transcript.filter(({ speaker }) => speaker === 'user').length).toBeGreaterThanOrEqual(3);
    const types = events.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['line.ringing', 'line.answered', 'recording.saved']));
    expect(types).not.toContain('turn.unrecognised');

    const heard = await until('the provider keeps what it heard', 5_000, async () =>
      readFileSync(join(heardDir, `${callId}.ulaw`)),
    );
    // As long as the conversation, within what opening and closing takes.
    expect(Math.abs(heard.length / 8000 - (session.duration_sec ?? 0))).toBeLessThan(3);
    expect(events.find(({ type }) => type === 'media.measured')).toMatchObject({ lost: 0, strangers: 0 });
    const gaps = events.flatMap((event) => (event.type === 'utterance.started' ? (event.gapMs ?? []) : []));
    console.log(`gaps over the WebSocket: ${gaps.map(Math.round).join(', ')} ms`);
    expect(Math.max(...gaps)).toBeLessThan(2_000);
  }, 150_000);

  it('comes to its disposition in pieces too, with answers that are fetched', async () => {
    const client = new Client(halo);
    const headers = { 'x-telephony-secret': EVENT_SECRET };
    const callId = await client.call({ phone: '+79167654321' });
    await until('the call is ordered', 10_000, async () => orders.find((order) => order.call_id === callId));
    const answered = {
      call_id: callId,
      event: 'answered',
      timestamp: new Date().toISOString(),
      reason: null,
    };
    await client.send('/telephony/events', { method: 'POST', headers, body: JSON.stringify(answered) });

    const heardMs: number[] = [];
    for (const file of [undefined, ...VOICES]) {
      const posted = await client.send(`/telephony/audio?call_id=${callId}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'audio/wav' },
        body: file === undefined ? '' : readFileSync(file),
      });
      if (posted.status === 410) break;
      expect(posted.status).toBe(200);
      const { reply_url: url } = (await posted.json()) as { reply_url: string };
      const { pathname, search } = new URL(url);
      const answer = await client.send(`${pathname}${search}`, { signal: AbortSignal.timeout(30_000) });
      expect(answer.status).toBe(200);
      const { samples } = parseWav(new Uint8Array(await answer.arrayBuffer()));
      heardMs.push((samples[0]?.length ?? 0) / 8);
    }
    await client.finished(callId, 60_000);
    expect(await client.session(callId)).toMatchObject({
      status: 'completed',
      final_disposition: 'interested',
    });
    expect(heardMs.length).toBeGreaterThanOrEqual(4);
    for (const ms of heardMs) expect(ms).toBeGreaterThan(500);
  }, 150_000);
});
