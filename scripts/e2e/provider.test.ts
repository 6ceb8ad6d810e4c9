import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../engine/adapters/asterisk/server/free-port.ts';
import { Client } from './client.ts';
import { House } from './house.ts';
import type { HaloProcess } from './halo-process.ts';
import { until } from './until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const API_KEY = 'the-key-of-the-provider';
const EVENT_SECRET = 'the-secret-of-events';
const VOICES = [1, 2, 3, 4].map((n) => join(ROOT, `seeds/voices/interested-ru-${n}.wav`));

const house = new House();
const heardDir = mkdtempSync(join(tmpdir(), 'halo-provider-'));
let provider: ChildProcess;
let halo: HaloProcess;

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
  const [dialPort, port] = [await startProvider(), await freePort('127.0.0.1', ['tcp'])];
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
  rmSync(heardDir, { recursive: true });
}, 60_000);

describe('a whole conversation through a provider that is not ours', () => {
  it('comes to its disposition, over the WebSocket both ways', async () => {
    const client = new Client(halo);
    const about = (await (await client.send('/demo/about')).json()) as { telephony: unknown };
    expect(about.telephony).toMatchObject({ name: 'provider', simulated: false });
    const health = (await (await client.send('/healthz')).json()) as { telephony: unknown };
    expect(health.telephony).toEqual({ name: 'provider', state: 'ready' });

    const callId = await client.call({ phone: '+79161234567' });
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
  }, 150_000);
});
