import type { PgBoss } from 'pg-boss';
import { toCallId, type CallId } from '../../../engine/contract/ids.ts';
import type { Deliveries } from '../../deliveries/deliver.ts';
import { isOver, type Delivery } from '../../deliveries/delivery.ts';
import type { Log } from '../../log.ts';
import { WEBHOOK_QUEUE, type CallJob } from '../../persistence/boss.ts';
import { underBoth } from '../../relayed-abort.ts';
import type { WebhookEvents } from './event-book.ts';
import { outgoingWebhook, webhookSlot, type WebhookEndpoint } from './outgoing-webhook.ts';

/** Each try holds a database connection for as long as the receiver takes: few, so that a slow one starves nobody. */
const CONCURRENCY = 2;
const POLL_SECONDS = 1;
const STOP_GRACE_MS = 5_000;

export interface WebhookOptions {
  readonly events: WebhookEvents;
  readonly deliveries: Pick<Deliveries, 'deliverOnce'>;
  readonly endpoint: WebhookEndpoint;
  readonly log: Log;
}

/**
 * Tells the customer's server of ended calls, from the jobs that announcing left: one try a job, and the next job for
 * the moment of the next try. Stops as the steps after a call do.
 */
export async function startWebhooks(
  options: WebhookOptions & { readonly boss: PgBoss },
): Promise<{ stop(): Promise<void> }> {
  const { boss } = options;
  const stopping = new AbortController();
  await boss.work<CallJob>(
    WEBHOOK_QUEUE,
    {
      batchSize: 1,
      localConcurrency: CONCURRENCY,
      pollingIntervalSeconds: POLL_SECONDS,
      notifyPollingIntervalSeconds: POLL_SECONDS,
    },
    async (jobs) => {
      for (const { data, signal } of jobs)
        await underBoth(signal, stopping.signal, (both) => tellOnce(toCallId(data.callId), options, both));
    },
  );
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const timer = setTimeout(() => stopping.abort(new Error('the process is stopping')), STOP_GRACE_MS);
    await boss.offWork(WEBHOOK_QUEUE, { wait: true });
    clearTimeout(timer);
  };
  return { stop: () => (stopped ??= stop()) };
}

/**
 * One try, if it is time for one. Two jobs of one call do no harm: the second finds nothing to do yet, or nothing more.
 * Undefined where there is no such event.
 */
export async function tellOnce(
  callId: CallId,
  { events, deliveries, endpoint, log }: WebhookOptions,
  signal: AbortSignal,
): Promise<Delivery | undefined> {
  const event = await events.find(callId);
  if (event === undefined) {
    log.warn({ callId }, 'no webhook event of that call: nothing is told');
    return undefined;
  }
  const delivery = await deliveries.deliverOnce(outgoingWebhook(event, endpoint), signal);
  if (!isOver(delivery.state)) await events.enqueue(callId, new Date(delivery.nextTryAt ?? Date.now()));
  else if (delivery.state === 'failed')
    log.error(
      { callId, lastError: delivery.lastError, attempts: delivery.attempts },
      'webhook given up: npm run webhooks -- replay sends it again',
    );
  return delivery;
}

/**
 * Sends an event again from the first try on, whatever came of it: the same id, the same body. An event that is not
 * there is left alone: false.
 */
export async function replay(
  callId: CallId,
  { events, deliveries }: { readonly events: WebhookEvents; readonly deliveries: Pick<Deliveries, 'reopen'> },
): Promise<boolean> {
  if ((await events.find(callId)) === undefined) return false;
  await deliveries.reopen(webhookSlot(callId));
  await events.enqueue(callId);
  return true;
}
