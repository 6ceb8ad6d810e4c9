import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { SECRETS, WHOLE_CALL } from '../observe/testing/whole-call.ts';
import { NotReady, Ready } from '../schemas/ready.ts';
import { TEST_KEY, testApp, WITH_KEY, type TestApp } from '../testing/test-app.ts';

let house: TestApp;
beforeEach(async () => {
  house = await testApp();
});
afterEach(() => house.app.close());

const get = (url: string, headers: Record<string, string> = {}) => house.app.inject({ url, headers });

describe('GET /metrics', () => {
  it('is for who has the key, as a header or as a bearer’s token', async () => {
    for (const headers of [
      {},
      { authorization: TEST_KEY },
      { authorization: 'Bearer x' },
      { 'x-api-key': 'x' },
    ]) {
      const refused = await get('/metrics', headers);
      expect(refused.statusCode).toBe(401);
      expect(refused.body).not.toContain('halo_');
    }
    for (const headers of [WITH_KEY, { authorization: `Bearer ${TEST_KEY}` }]) {
      const answer = await get('/metrics', headers);
      expect([answer.statusCode, answer.headers['content-type']]).toEqual([
        200,
        'text/plain; version=0.0.4; charset=utf-8',
      ]);
    }
  });

  it('shows the house, its calls and the process, and nothing of anybody', async () => {
    for (const event of WHOLE_CALL) house.ops.note(event);
    const { body } = await get('/metrics', WITH_KEY);
    expect(body.split('\n')).toEqual(
      expect.arrayContaining([
        'halo_calls_active 0',
        'halo_call_slots 3',
        'halo_call_slots_free 3',
        'halo_dial_queue_calls 0',
        'halo_part_up{part="database"} 1',
        'halo_calls_ended_total{status="completed"} 1',
      ]),
    );
    expect(body).toMatch(/^nodejs_eventloop_lag_p99_seconds \d/m);
    expect(body).toMatch(/^process_resident_memory_bytes \d/m);
    expect(body).not.toMatch(SECRETS);
  });

  it('answers while the database is away, and claims no queue that it does not know', async () => {
    house.store.failure = new Error('the database is away');
    const answer = await get('/metrics', WITH_KEY);
    expect([answer.statusCode, answer.body]).toEqual([
      200,
      expect.stringContaining('halo_part_up{part="database"} 0') as string,
    ]);
  });
});

describe('GET /readyz', () => {
  it('is ready, degraded or unavailable, as its schema says', async () => {
    const ready = await get('/readyz');
    expect([ready.statusCode, ready.json<Ready>().status]).toEqual([200, 'ready']);
    expect(Value.Check(Ready, ready.json())).toBe(true);

    const failed = WHOLE_CALL.find((event) => event.type === 'provider.failed')!;
    const at = new Date().toISOString();
    for (let n = 0; n < 3; n += 1) house.ops.note({ ...failed, at });
    const degraded = await get('/readyz');
    expect([degraded.statusCode, degraded.json<Ready>().status]).toEqual([200, 'degraded']);
    expect(degraded.json<Ready>().parts).toContainEqual({
      name: 'stt',
      state: 'degraded',
      since: at,
      reason: 'отказов подряд: 3, последний — STT_TIMEOUT',
    });

    const { telephony, ...rest } = house.engine.description;
    house.engine.description = { ...rest, telephony: { ...telephony, away: 'нет связи с Asterisk' } };
    const away = await get('/readyz');
    expect([away.statusCode, away.json<NotReady>().error.code]).toEqual([503, 'TELEPHONY_AWAY']);
    expect(Value.Check(NotReady, away.json())).toBe(true);

    house.store.failure = new Error('the database is away');
    const gone = await get('/readyz');
    expect([gone.statusCode, gone.json<NotReady>().error.code]).toEqual([503, 'DATABASE_UNAVAILABLE']);
    expect(gone.body).not.toContain('the database is away');
  });
});
