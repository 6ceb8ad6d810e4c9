import { createHmac } from 'node:crypto';

/**
 * Standard Webhooks 1.0.0 (https://www.standardwebhooks.com): the secret is `whsec_` and base64 of 24 to 64 bytes; the
 * prefix may be left out.
 */
export const WEBHOOK_SECRET_PATTERN = '^(?:whsec_)?[A-Za-z0-9+/]{32,88}={0,2}$';
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;

/** The bytes of a secret. Undefined where it is not base64 of as many bytes as there must be. */
export function webhookKey(secret: string): Buffer | undefined {
  const text = secret.replace(/^whsec_/, '');
  const key = Buffer.from(text, 'base64');
  const isBase64 = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  return isBase64 && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES ? key : undefined;
}

export interface SignedContent {
  /** Without a full stop, which parts what is signed. */
  readonly id: string;
  /** Unix time of this try, seconds. */
  readonly timestampSec: number;
  /** To the byte as it is sent. */
  readonly body: string;
}

/** The three headers of the specification, «Webhook headers» and «Signature scheme». */
export function webhookHeaders(
  { id, timestampSec, body }: SignedContent,
  key: Buffer,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(timestampSec);
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
