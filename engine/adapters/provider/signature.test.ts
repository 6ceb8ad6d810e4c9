import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGenuine } from './signature.ts';

const SECRET = 'the-secret-of-events';
const NOW_MS = 1_763_395_800_000;
const BODY = Buffer.from('{"call_id":"x"}');

function signed(body: Buffer, { secret = SECRET, atSec = NOW_MS / 1000, about = '' } = {}) {
  const head = about === '' ? `${atSec}.` : `${atSec}.${about}.`;
  return {
    body,
    headers: {
      'x-telephony-timestamp': String(atSec),
      'x-telephony-signature': `sha256=${createHmac('sha256', secret).update(head).update(body).digest('hex')}`,
    },
  };
}

describe('whether a request is the provider’s', () => {
  it('believes the secret, and a signature made with it', () => {
    expect(isGenuine({ body: BODY, headers: { 'x-telephony-secret': SECRET } }, SECRET, NOW_MS)).toBe(true);
    expect(isGenuine(signed(BODY), SECRET, NOW_MS)).toBe(true);
    expect(isGenuine(signed(BODY, { about: 'a-call' }), SECRET, NOW_MS, 'a-call')).toBe(true);
  });

  it.each([
    ['nothing', { body: BODY, headers: {} }],
    ['another secret', { body: BODY, headers: { 'x-telephony-secret': `${SECRET}x` } }],
    ['the secret twice', { body: BODY, headers: { 'x-telephony-secret': [SECRET, SECRET] } }],
    ['a signature with another secret', signed(BODY, { secret: 'another-secret' })],
    ['a signature of other bytes', { ...signed(BODY), body: Buffer.from('{"call_id":"y"}') }],
    ['a signature about another call', signed(BODY, { about: 'another-call' })],
    ['an old signature', signed(BODY, { atSec: NOW_MS / 1000 - 301 })],
    ['a signature of the future', signed(BODY, { atSec: NOW_MS / 1000 + 301 })],
    [
      'no time',
      { body: BODY, headers: { 'x-telephony-signature': signed(BODY).headers['x-telephony-signature'] } },
    ],
    [
      'a wrong signature beside the right secret',
      {
        body: BODY,
        headers: { ...signed(BODY, { secret: 'x' }).headers, 'x-telephony-secret': SECRET },
      },
    ],
  ])('does not believe %s', (_what, callback) => {
    expect(isGenuine(callback, SECRET, NOW_MS)).toBe(false);
  });

  it('believes no made-up headers', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (signature, timestamp, secret) => {
        const headers = {
          'x-telephony-signature': signature,
          'x-telephony-timestamp': timestamp,
          'x-telephony-secret': secret,
        };
        expect(isGenuine({ body: BODY, headers }, SECRET, NOW_MS)).toBe(false);
      }),
    );
  });
});
