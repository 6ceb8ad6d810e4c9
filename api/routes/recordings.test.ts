import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWav } from '../../engine/media/wav.ts';
import type { DemoSession } from '../persistence/store.ts';
import { testApp, WITH_KEY, type TestApp } from '../testing/test-app.ts';

let test: TestApp;
let folder: string;
let session: DemoSession;
const SOUND = Buffer.from('RIFF0123456789');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halo-recordings-'));
  await mkdir(join(folder, 'recordings'));
  await writeFile(join(folder, 'secret.wav'), 'secret');
  await writeFile(join(folder, 'recordings', 'a.wav'), SOUND);
  test = await testApp({ recordingsDir: join(folder, 'recordings') });
  session = await test.store.createDemoSession({
    phone: '+79161234567',
    language: 'ru',
    voice: 'male',
    prompt: '',
  });
});
afterEach(async () => {
  await test.app.close();
  await rm(folder, { recursive: true });
});

const saved = (file: string) =>
  test.store.happen(session.callId, { type: 'recording.saved', file, durationMs: 1 });
const get = (url: string, headers: Record<string, string> = {}) => test.app.inject({ url, headers });

describe('GET /recordings/{call_id}', () => {
  it('is given to the session’s visitor and to the key, as WAV', async () => {
    saved('a.wav');
    for (const answer of [
      await get(`/recordings/${session.callId}?session=${session.id}`),
      await get(`/recordings/${session.callId}`, WITH_KEY),
    ]) {
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toMatch(/^audio\/(x-)?wav/);
      expect(answer.headers['accept-ranges']).toBe('bytes');
      expect(answer.headers['cache-control']).toBe('private, no-cache');
      expect(answer.rawPayload).toEqual(SOUND);
    }
  });

  it('gives parts (RFC 9110 §14), and refuses one that is not there', async () => {
    saved('a.wav');
    const url = `/recordings/${session.callId}?session=${session.id}`;
    const part = await get(url, { range: 'bytes=4-7' });
    expect([part.statusCode, part.headers['content-range'], part.body]).toEqual([
      206,
      'bytes 4-7/14',
      '0123',
    ]);
    const beyond = await get(url, { range: 'bytes=100-200' });
    expect(beyond.statusCode).toBe(416);
    expect(beyond.json()).toMatchObject({ error: { code: 'RANGE_NOT_SATISFIABLE' } });
  });

  it('is refused to everybody else, whether it exists or not', async () => {
    saved('a.wav');
    const other = await test.store.createDemoSession({
      phone: '+79161234568',
      language: 'ru',
      voice: 'male',
      prompt: '',
    });
    for (const url of [
      `/recordings/${session.callId}`,
      `/recordings/${session.callId}?session=${other.id}`,
      `/recordings/${session.callId}?session=`,
      `/recordings/${session.callId}?session=${session.callIdHash}`,
      '/recordings/00000000-0000-4000-8000-000000000000',
      '/recordings/a.wav',
    ]) {
      const answer = await get(url);
      expect(answer.statusCode, url).toBe(401);
      expect(answer.json()).toMatchObject({ error: { code: 'RECORDING_LOCKED' } });
    }
    expect((await get(`/recordings/${session.callId}`, { 'x-api-key': 'wrong' })).statusCode).toBe(401);
  });

  it.each([
    '../secret.wav',
    '..%2fsecret.wav',
    'missing.wav',
    '.hidden.wav',
    '/etc/passwd',
    'recordings\\..\\secret.wav',
  ])('never leaves its folder: %s', async (file) => {
    saved(file);
    const answer = await get(`/recordings/${session.callId}`, WITH_KEY);
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({ error: { code: 'RECORDING_NOT_FOUND' } });
  });

  it.each(['/recordings/..%2fsecret.wav', '/recordings/../secret.wav', '/recordings/%2e%2e%2fsecret.wav'])(
    'knows no path: %s',
    async (url) => {
      const answer = await get(url, WITH_KEY);
      expect(answer.statusCode).toBe(404);
      expect(answer.body).not.toBe('secret');
    },
  );

  it('gives its peaks to whoever may hear it, and to nobody else', async () => {
    const sound = writeWav(8000, [new Int16Array(320).fill(3277), new Int16Array(320).fill(-6554)]);
    await writeFile(join(folder, 'recordings', 'b.wav'), sound);
    saved('b.wav');
    const url = `/recordings/${session.callId}/peaks`;
    const answer = await get(`${url}?session=${session.id}`);
    expect(answer.json()).toEqual({
      duration_ms: 40,
      step_ms: 20,
      caller: [100, 100],
      assistant: [200, 200],
    });
    expect(answer.headers['cache-control']).toBe('private, no-cache');
    expect((await get(url, WITH_KEY)).statusCode).toBe(200);
    expect((await get(url)).json()).toMatchObject({ error: { code: 'RECORDING_LOCKED' } });
    saved('missing.wav');
    expect((await get(url, WITH_KEY)).json()).toMatchObject({ error: { code: 'RECORDING_NOT_FOUND' } });
  });

  it('says so when nothing was recorded', async () => {
    expect((await get(`/recordings/${session.callId}`, WITH_KEY)).json()).toMatchObject({
      error: { code: 'RECORDING_NOT_FOUND' },
    });
  });
});
