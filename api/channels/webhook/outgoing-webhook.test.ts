import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../deliveries/delivery-error.ts';
import { CALL, deliveryLab, MemoryBook } from '../../deliveries/testing/lab.ts';
import { outgoingWebhook, sendWebhook, type WebhookEndpoint } from './outgoing-webhook.ts';
import { webhookKey } from './signature.ts';
import { SECRET, startReceiver } from './testing/receiver.ts';

const NEVER = new AbortController().signal;
const MESSAGE = { callId: CALL, id: 'evt_1', body: '{"phone":"+79161234567","text":"слова"}' };
const TIMEOUT_MS = 150;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let endpoint: WebhookEndpoint;

beforeEach(async () => {
  receiver = await startReceiver();
  endpoint = { url: receiver.url, key: webhookKey(SECRET)!, timeoutMs: TIMEOUT_MS };
});
afterEach(() => receiver.close());

async function failure(over: Partial<WebhookEndpoint> = {}): Promise<DeliveryError> {
  const error: unknown = await sendWebhook(MESSAGE, { ...endpoint, ...over }, NEVER).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DeliveryError)) throw new Error('no DeliveryError', { cause: error });
  for (const secret of ['79161234567', 'слова', 'tenant=7', SECRET.slice(6)])
    expect(
      `${error.message} ${error.stack ?? ''} ${JSON.stringify(error)} ${String(error.cause)}`,
    ).not.toContain(secret);
  return error;
}

describe('a webhook', () => {
  it('is a signed POST to the address, to the letter', async () => {
    await sendWebhook(MESSAGE, endpoint, NEVER);
    expect(receiver.arrivals).toHaveLength(1);
    expect(receiver.arrivals[0]).toMatchObject({
      method: 'POST',
      path: '/hooks/halo?tenant=7',
      body: MESSAGE.body,
      headers: { 'content-type': 'application/json; charset=utf-8', 'webhook-id': 'evt_1' },
    });
    expect(await receiver.verified()).toEqual([{ id: 'evt_1', body: MESSAGE.body }]);
  });

  it('signed with another secret is not taken for ours', async () => {
    await sendWebhook(MESSAGE, { ...endpoint, key: Buffer.alloc(32, 1) }, NEVER);
    expect(receiver.arrivals).toHaveLength(1);
    expect(await receiver.verified()).toEqual([]);
  });

  it.each([200, 201, 202, 204, 299])('is taken with %i, whatever the body', async (status) => {
    receiver.answer({ status, body: status === 204 ? '' : '<html>not JSON</html>' });
    await sendWebhook(MESSAGE, endpoint, NEVER);
  });

  it.each(['cut', 'drip', 'flood'] as const)('is taken with 200 although its body is a %s', async (how) => {
    receiver.answer(how);
    await sendWebhook(MESSAGE, endpoint, NEVER);
  });

  it.each([
    [500, 'later', 'SERVER'],
    [502, 'later', 'SERVER'],
    [408, 'later', 'SERVER'],
    [400, 'later', 'REFUSED'],
    [404, 'later', 'REFUSED'],
    [401, 'later', 'AUTH'],
    [403, 'later', 'AUTH'],
    [304, 'later', 'MOVED'],
    [410, 'refused', 'GONE'],
  ])('answered with %i is %s %s', async (status, kind, code) => {
    receiver.answer({ status, body: '' });
    expect(await failure()).toMatchObject({ kind, code, number: status });
  });

  it('waits as long as Retry-After says, up to six hours', async () => {
    receiver.answer({ status: 429, headers: { 'retry-after': '7' }, body: '' });
    expect(await failure()).toMatchObject({ kind: 'later', code: 'BUSY', retryAfterMs: 7_000 });
    receiver.answer({ status: 503, headers: { 'retry-after': '999999' }, body: '' });
    expect(await failure()).toMatchObject({ code: 'SERVER', retryAfterMs: 6 * 3_600_000 });
  });

  it('follows no redirect', async () => {
    const elsewhere = await startReceiver();
    for (const status of [301, 302, 307, 308]) {
      receiver.answer({ status, headers: { location: elsewhere.url }, body: '' });
      expect(await failure()).toMatchObject({ kind: 'later', code: 'MOVED', number: status });
    }
    expect(elsewhere.arrivals).toEqual([]);
    await elsewhere.close();
  });

  it('does not wait for an answer for ever', async () => {
    receiver.answer('hang');
    expect(await failure()).toMatchObject({ kind: 'later', code: 'TIMEOUT' });
  });

  it('tells who is not there from who speaks something else, drips headers or hangs up', async () => {
    const speak = async (words: string, ends: boolean): Promise<DeliveryError> => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => {
          socket.write(words);
          if (ends) socket.destroySoon();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        return await failure({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` });
      } finally {
        server.close();
      }
    };
    expect(await speak('SSH-2.0-OpenSSH\r\n', false)).toMatchObject({ code: 'BAD_ANSWER' });
    expect(await speak(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n`, false)).toMatchObject({
      code: 'BAD_ANSWER',
    });
    expect(await speak('HTTP/1.1 200 OK\r\nx: ', false)).toMatchObject({ code: 'TIMEOUT' });
    expect(await speak('', true)).toMatchObject({ code: 'BROKEN' });
    await receiver.close();
    expect(await failure()).toMatchObject({ kind: 'later', code: 'AWAY' });
    receiver = await startReceiver();
  });

  it('gives up when its signal says so', async () => {
    receiver.answer('hang');
    const stop = new AbortController();
    const sent = sendWebhook(MESSAGE, endpoint, stop.signal);
    setTimeout(() => stop.abort(new Error('stopping')), 20);
    await expect(sent).rejects.toThrow('stopping');
    await expect(sendWebhook(MESSAGE, endpoint, stop.signal)).rejects.toThrow('stopping');
  });
});

describe('a webhook as a delivery', () => {
  it('comes through after two 500s, with the same id and body, and the call hears of it', async () => {
    const book = new MemoryBook();
    const { finish } = deliveryLab(book);
    receiver.answer({ status: 500, body: 'oops' }, { status: 500, body: '' });
    expect(await finish(outgoingWebhook(MESSAGE, endpoint))).toMatchObject({
      state: 'accepted',
      attempts: 3,
      handle: 'evt_1',
    });
    const arrived = await receiver.verified();
    expect(arrived).toHaveLength(3);
    expect(new Set(arrived.map((one) => JSON.stringify(one)))).toHaveLength(1);
    expect(book.told.map(({ state }) => state)).toEqual(['pending', 'pending', 'accepted']);
    expect(book.told[0]?.detail).toMatch(
      /^Вебхук: не отправлено: сбой на той стороне \(код 500\); повторим через \d+ с$/,
    );
  });

  it('is tried for about a day, and then is a dead letter that says how it was answered', async () => {
    const book = new MemoryBook();
    const { finish, time } = deliveryLab(book);
    receiver.answer(...Array.from({ length: 16 }, () => ({ status: 503, body: '' })));
    expect(await finish(outgoingWebhook(MESSAGE, endpoint))).toMatchObject({
      state: 'failed',
      attempts: 16,
      lastError: 'SERVER 503',
    });
    expect(receiver.arrivals).toHaveLength(16);
    const hours = time.pauses.reduce((sum, ms) => sum + ms, 0) / 3_600_000;
    expect(hours).toBeGreaterThan(15);
    expect(hours).toBeLessThan(30);
    expect(book.told.at(-1)?.detail).toBe('Вебхук: не отправлено: сбой на той стороне (код 503)');
  });

  it('keeps to Retry-After, and ends with 410', async () => {
    const book = new MemoryBook();
    const { finish, time } = deliveryLab(book);
    receiver.answer({ status: 429, headers: { 'retry-after': '3600' }, body: '' }, { status: 410, body: '' });
    expect(await finish(outgoingWebhook(MESSAGE, endpoint))).toMatchObject({
      state: 'failed',
      attempts: 2,
      lastError: 'GONE 410',
    });
    expect(time.pauses).toEqual([3_600_000]);
  });

  it('that was given up begins anew when it is asked for', async () => {
    const { finish, deliveries } = deliveryLab();
    const outgoing = outgoingWebhook(MESSAGE, endpoint);
    expect(await deliveries.reopen(outgoing)).toBeUndefined();
    receiver.answer({ status: 410, body: '' });
    expect(await finish(outgoing)).toMatchObject({ state: 'failed' });
    expect(await deliveries.reopen(outgoing)).toMatchObject({
      state: 'pending',
      attempts: 0,
      lastError: null,
    });
    expect(await finish(outgoing)).toMatchObject({ state: 'accepted', attempts: 1 });
    expect(await receiver.verified()).toHaveLength(2);
  });
});
