import { webcrypto } from 'node:crypto';
import { startFakeGateway, type Arrival, type FakeAnswer } from '../../sms/testing/fake-gateway.ts';

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const TOLERANCE_SEC = 300;

/** A webhook as a careful receiver took it: signature and age were right. */
export interface TakenWebhook {
  readonly id: string;
  readonly body: string;
}

/**
 * The customer's server. It verifies as the specification says (https://www.standardwebhooks.com, «Signature scheme»),
 * with nothing of ours, and answers 401 to what is not signed.
 */
export async function startReceiver(secret = SECRET) {
  const taken: TakenWebhook[] = [];
  const server = await startFakeGateway((): FakeAnswer => ({ status: 204, body: '' }));
  return {
    ...server,
    url: `${server.baseUrl}/hooks/halo?tenant=7`,
    /** The next answers, one by one; then 204. */
    answer: (...how: (FakeAnswer | 'hang' | 'cut' | 'drip' | 'flood')[]): void =>
      void server.troubles.push(...how.map((one) => ({ how: one, taken: false }))),
    /** What arrived so far and is rightly signed. */
    verified: async (): Promise<TakenWebhook[]> => {
      taken.length = 0;
      for (const arrival of server.arrivals) {
        if (await isGenuine(arrival, secret, Date.now() / 1_000))
          taken.push({ id: String(arrival.headers['webhook-id']), body: arrival.body });
      }
      return [...taken];
    },
  };
}

/** The specification's verification, on WebCrypto. */
export async function isGenuine(
  { headers, body }: Pick<Arrival, 'headers' | 'body'>,
  secret: string,
  nowSec: number,
): Promise<boolean> {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false;
  if (!/^\d+$/.test(timestamp) || Math.abs(nowSec - Number(timestamp)) > TOLERANCE_SEC) return false;
  const key = await webcrypto.subtle.importKey(
    'raw',
    Uint8Array.from(atob(secret.slice('whsec_'.length)), (one) => one.charCodeAt(0)),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['verify'],
  );
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${body}`);
  for (const one of signatures.split(' ')) {
    const [version, value = ''] = one.split(',');
    const bytes = Uint8Array.from(atob(value), (sign) => sign.charCodeAt(0));
    if (version === 'v1' && (await webcrypto.subtle.verify('HMAC', key, bytes, signed))) return true;
  }
  return false;
}
