import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ProviderCallback } from '../../contract/provider.ts';

export const SECRET_HEADER = 'x-telephony-secret';
export const SIGNATURE_HEADER = 'x-telephony-signature';
export const TIMESTAMP_HEADER = 'x-telephony-timestamp';

/** How far the sender's clock may be from ours; a signed request is worth nothing to who replays it later. */
const WINDOW_SEC = 300;
const SIGNATURE = /^(?:sha256=)?([0-9a-f]{64})$/i;

/**
 * Whether a request is our provider's: he shows the secret itself (X-Telephony-Secret), or signs with it:
 * `X-Telephony-Signature: sha256=<hex of HMAC-SHA256(secret, timestamp + "." + body)>`, X-Telephony-Timestamp in Unix
 * seconds. Compared in constant time. Who signs is held to his signature: the secret beside it does not save him.
 * `about`: what the body does not say of itself (the call its sound belongs to); it stands before the body, with a dot.
 */
export function isGenuine(callback: ProviderCallback, secret: string, wallMs: number, about = ''): boolean {
  const signature = headerOf(callback, SIGNATURE_HEADER);
  if (signature === undefined) {
    const given = headerOf(callback, SECRET_HEADER);
    return given !== undefined && sameText(given, secret);
  }
  const timestamp = headerOf(callback, TIMESTAMP_HEADER) ?? '';
  const hex = SIGNATURE.exec(signature)?.[1];
  if (hex === undefined || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(wallMs / 1000 - Number(timestamp)) > WINDOW_SEC) return false;
  const head = about === '' ? `${timestamp}.` : `${timestamp}.${about}.`;
  const expected = createHmac('sha256', secret).update(head).update(callback.body).digest();
  return timingSafeEqual(Buffer.from(hex, 'hex'), expected);
}

/** In constant time, whatever the lengths. */
export function sameText(given: string, expected: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(expected));
}

export function headerOf({ headers }: ProviderCallback, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
