import { beforeEach, describe, expect, it } from 'vitest';
import type { CallEvent, CallEventDraft } from '../../engine/contract/call-event.ts';
import type { QueueSizes } from '../persistence/queue-sizes.ts';
import { Readiness, type PartName, type PartState } from './readiness.ts';
import { ANSWERED_MS, CALL_ID } from './testing/whole-call.ts';

const IDLE: QueueSizes = { waitingCalls: 0, oldestWaitSec: 0, openDeliveries: {} };
const MINUTE_MS = 60_000;

let nowMs = ANSWERED_MS;
let database: Error | undefined;
let queues: QueueSizes | Error = IDLE;
let away: string | undefined;
let readiness: Readiness;
beforeEach(() => {
  [nowMs, database, queues, away] = [ANSWERED_MS, undefined, IDLE, undefined];
  readiness = new Readiness({
    ping: async () => {
      if (database !== undefined) throw database;
    },
    queues: async () => {
      if (queues instanceof Error) throw queues;
      return queues;
    },
    away: () => away,
    now: () => nowMs,
  });
});

function happens(draft: CallEventDraft): void {
  const event: CallEvent = { ...draft, callId: CALL_ID, seq: 1, at: new Date(nowMs).toISOString() };
  readiness.note(event);
}
const fails = (stage: 'stt' | 'operator' | 'tts', code = 'STT_TIMEOUT'): void =>
  happens({ type: 'provider.failed', stage, code, message: '+79161234567' });
async function part(name: PartName): Promise<PartState | undefined> {
  return (await readiness.check()).find((one) => one.name === name);
}
const iso = (ms: number): string => new Date(ms).toISOString();

describe('readiness', () => {
  it('has nothing to say of a house in which all is well', async () => {
    expect(await readiness.check()).toEqual(
      ['database', 'queue', 'telephony', 'stt', 'operator', 'tts'].map((name) => ({ name, state: 'ok' })),
    );
  });

  it('knows since when something is wrong, and forgets it when it is right again', async () => {
    away = 'нет связи с Asterisk';
    database = new Error('connect ECONNREFUSED postgres://halo:secret@10.0.0.1');
    await readiness.check();
    nowMs += MINUTE_MS;
    const since = iso(ANSWERED_MS);
    expect(await part('telephony')).toEqual({ name: 'telephony', state: 'down', since, reason: away });
    expect(await part('database')).toEqual({
      name: 'database',
      state: 'down',
      since,
      reason: 'база данных не отвечает',
    });
    [away, database] = [undefined, undefined];
    expect(await part('telephony')).toEqual({ name: 'telephony', state: 'ok' });
    away = 'снова';
    expect(await part('telephony')).toMatchObject({ since: iso(nowMs) });
  });

  it('calls a queue slow when a call waits for longer than two minutes, and down when nobody can tell', async () => {
    queues = { ...IDLE, waitingCalls: 7, oldestWaitSec: 120 };
    expect(await part('queue')).toMatchObject({ state: 'ok' });
    queues = { ...IDLE, waitingCalls: 7, oldestWaitSec: 121 };
    expect(await part('queue')).toMatchObject({
      state: 'degraded',
      reason: expect.stringContaining('7') as string,
    });
    queues = new Error('late');
    expect(await part('queue')).toMatchObject({ state: 'down' });
  });

  it('judges a provider by three failures in a row, from the first on, until one answer comes', async () => {
    fails('stt');
    nowMs += 1_000;
    fails('stt');
    expect(await part('stt')).toEqual({ name: 'stt', state: 'ok' });
    fails('stt', 'PROVIDER_AUTH');
    expect(await part('stt')).toEqual({
      name: 'stt',
      state: 'degraded',
      since: iso(ANSWERED_MS),
      reason: 'отказов подряд: 3, последний — PROVIDER_AUTH',
    });
    expect(await part('tts')).toEqual({ name: 'tts', state: 'ok' });
    happens({ type: 'turn.unrecognised', turn: 1, tookMs: 1 });
    expect(await part('stt')).toEqual({ name: 'stt', state: 'ok' });
  });

  it('takes a spoken reply, and no fixed phrase, for an answer of operator and voice', async () => {
    for (let n = 0; n < 3; n += 1) for (const stage of ['operator', 'tts'] as const) fails(stage);
    happens({ type: 'utterance.started', utterance: 1, kind: 'apology', startMs: 1 });
    expect([await part('operator'), await part('tts')]).toMatchObject([
      { state: 'degraded' },
      { state: 'degraded' },
    ]);
    happens({ type: 'utterance.started', utterance: 2, kind: 'reply', startMs: 1 });
    expect([await part('operator'), await part('tts')]).toMatchObject([{ state: 'ok' }, { state: 'ok' }]);
  });

  it('does not hold old failures against a provider that nobody has asked since', async () => {
    for (let n = 0; n < 3; n += 1) fails('stt');
    nowMs += 11 * MINUTE_MS;
    expect(await part('stt')).toEqual({ name: 'stt', state: 'ok' });
    fails('stt');
    expect(await part('stt')).toEqual({ name: 'stt', state: 'ok' });
  });
});
