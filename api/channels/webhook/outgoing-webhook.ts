import type { CallId } from '../../../engine/contract/ids.ts';
import type { DeliverySlot, Outgoing, Patience } from '../../deliveries/delivery.ts';
import { CALL_COMPLETED } from './event.ts';
import { MAX_RETRY_AFTER_MS, post } from './post.ts';
import { webhookHeaders } from './signature.ts';

/** As the table of deliveries and the journal name it. */
export const WEBHOOK_CHANNEL = 'webhook';
const TITLE = 'Вебхук';

/** 16 tries: after 10 s, doubled up to 4 h; about 22 hours in all. */
export const WEBHOOK_PATIENCE: Patience = {
  tries: 16,
  backoffMs: 10_000,
  maxBackoffMs: 4 * 3_600_000,
  maxWaitMs: MAX_RETRY_AFTER_MS,
};

/** Where the customer's server is, and how it knows us. */
export interface WebhookEndpoint {
  readonly url: string;
  readonly key: Buffer;
  readonly timeoutMs?: number | undefined;
}

export interface WebhookMessage {
  readonly callId: CallId;
  readonly id: string;
  readonly body: string;
}

export function webhookSlot(callId: CallId): DeliverySlot & { readonly title: string } {
  return { callId, channel: WEBHOOK_CHANNEL, purpose: CALL_COMPLETED, title: TITLE };
}

/**
 * A call's event as a delivery, at least once: the receiver drops what comes again under the same id. A try that was
 * cut off by a crash is made again; the order of events is not kept.
 */
export function outgoingWebhook({ callId, id, body }: WebhookMessage, endpoint: WebhookEndpoint): Outgoing {
  return {
    ...webhookSlot(callId),
    // One name whatever the address: an event that waits goes to the address of today.
    gateway: WEBHOOK_CHANNEL,
    repeatable: true,
    told: true,
    patience: WEBHOOK_PATIENCE,
    send: async (_key, signal) => {
      await sendWebhook({ id, body }, endpoint, signal);
      return { handle: id };
    },
  };
}

/** Signs with the moment of now, and posts. Rejects as `post` does. */
export async function sendWebhook(
  { id, body }: Pick<WebhookMessage, 'id' | 'body'>,
  { url, key, timeoutMs }: WebhookEndpoint,
  signal: AbortSignal,
): Promise<void> {
  const headers = webhookHeaders({ id, timestampSec: Math.floor(Date.now() / 1_000), body }, key);
  await post({ url, headers, body, timeoutMs }, signal);
}
