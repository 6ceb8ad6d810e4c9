import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webhookHeaders, webhookKey } from './signature.ts';
import { isGenuine, SECRET } from './testing/receiver.ts';

/** The vector of the reference libraries' own tests (github.com/standard-webhooks/standard-webhooks, libraries/). */
const VECTOR = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampSec: 1_614_265_330,
  body: '{"test": 2432232314}',
};

describe('the signature of a webhook', () => {
  it('is that of the reference libraries', () => {
    expect(webhookHeaders(VECTOR, webhookKey(SECRET)!)).toEqual({
      'webhook-id': VECTOR.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('holds for what was signed and for nothing else', async () => {
    const key = webhookKey(SECRET)!;
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.nat(), async (text, at) => {
        const body = JSON.stringify({ text });
        const headers = webhookHeaders({ id: 'evt_1', timestampSec: at, body }, key);
        expect(await isGenuine({ headers, body }, SECRET, at)).toBe(true);
        expect(await isGenuine({ headers, body: `${body} ` }, SECRET, at)).toBe(false);
        expect(await isGenuine({ headers: { ...headers, 'webhook-id': 'evt_2' }, body }, SECRET, at)).toBe(
          false,
        );
        const later = { ...headers, 'webhook-timestamp': String(at + 1) };
        expect(await isGenuine({ headers: later, body }, SECRET, at)).toBe(false);
        expect(await isGenuine({ headers, body }, SECRET, at + 301)).toBe(false);
        const other = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
        expect(await isGenuine({ headers, body }, other, at)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('takes a secret of 24 to 64 bytes, with its prefix or without', () => {
    const secret = (bytes: number): string => Buffer.alloc(bytes, 0xfb).toString('base64');
    expect(webhookKey(`whsec_${secret(32)}`)).toEqual(Buffer.alloc(32, 0xfb));
    expect(webhookKey(secret(24))).toHaveLength(24);
    expect(webhookKey(secret(64).replace(/=+$/, ''))).toHaveLength(64);
    for (const wrong of [
      secret(23),
      secret(65),
      `whsec_${'a'.repeat(33)}`,
      'whsec_',
      'пароль',
      `${secret(32)}!`,
    ])
      expect(webhookKey(wrong)).toBeUndefined();
  });
});
