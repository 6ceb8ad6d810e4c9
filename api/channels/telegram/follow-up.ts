import type { PgBoss } from 'pg-boss';
import { toCallId, type CallId } from '../../../engine/contract/ids.ts';
import { NotYet, type Deliveries } from '../../deliveries/deliver.ts';
import type { DeliveryBook } from '../../deliveries/delivery-book.ts';
import { detailOf, type Outgoing } from '../../deliveries/delivery.ts';
import type { Log } from '../../log.ts';
import { TELEGRAM_QUEUE, type CallJob } from '../../persistence/boss.ts';
import type { AfterCallStore, Store } from '../../persistence/store.ts';
import type { TelegramSender } from './sender.ts';

export const TELEGRAM_CHANNEL = 'telegram';
const POLL_SECONDS = 1;

export interface FollowUpOptions {
  readonly boss: PgBoss;
  readonly store: Pick<AfterCallStore, 'demoSessionOfCall'> & Pick<Store, 'call' | 'events'>;
  readonly book: DeliveryBook;
  readonly deliveries: Deliveries;
  readonly sender: Pick<TelegramSender, 'send'>;
  readonly log: Log;
}

export interface FollowUps {
  /**
   * The visitor of this call has opened the bot. Asked for again (Telegram repeats an update that was not answered), it
   * sends nothing more.
   */
  connected(callId: CallId): Promise<void>;
  stop(): Promise<void>;
}

/**
 * TELEGRAM_FOLLOWUP: the follow-up of D2 as a real message to whoever has bound the session (off by default: D15). The link
 * to the bot leaves after the follow-up was written, so it is there when he comes; where it failed, there is nothing to send.
 */
export async function startFollowUps(options: FollowUpOptions): Promise<FollowUps> {
  const { boss } = options;
  await boss.work<CallJob>(
    TELEGRAM_QUEUE,
    { batchSize: 1, pollingIntervalSeconds: POLL_SECONDS },
    async (jobs) => {
      for (const job of jobs) await sendFollowUp(toCallId(job.data.callId), options, job.signal);
    },
  );
  return {
    connected: async (callId) => {
      const job: CallJob = { callId };
      await boss.send(TELEGRAM_QUEUE, job);
    },
    stop: () => boss.offWork(TELEGRAM_QUEUE, { wait: true }),
  };
}

/** Once for a call, however often it is run. Where it has to wait, the next job is left. */
export async function sendFollowUp(
  callId: CallId,
  options: FollowUpOptions,
  signal: AbortSignal,
): Promise<void> {
  const { store, book, deliveries, sender, boss, log } = options;
  const [view, session] = await Promise.all([store.call(callId), store.demoSessionOfCall(callId)]);
  const text = view?.followUp ?? null;
  const chatId = session?.telegramUserId ?? null;
  if (text === null || chatId === null) {
    log.info({ callId }, 'no follow-up to send to Telegram');
    return;
  }
  const outgoing: Outgoing = {
    callId,
    channel: TELEGRAM_CHANNEL,
    purpose: 'followup',
    title: 'Сообщение в Telegram',
    gateway: 'telegram',
    repeatable: false,
    send: (_key, limited) => sender.send(chatId, text, limited),
  };
  try {
    const delivery = await deliveries.deliver(outgoing, signal);
    if (delivery.state !== 'accepted') return;
    const told = (await store.events(callId)).some(
      (event) =>
        event.type === 'delivery.changed' && event.channel === TELEGRAM_CHANNEL && event.state === 'accepted',
    );
    const detail = detailOf(outgoing.title, delivery);
    if (!told) await book.settle(delivery, { state: 'accepted', lastError: null, detail }, Date.now());
  } catch (error) {
    if (!(error instanceof NotYet)) throw error;
    const job: CallJob = { callId };
    await boss.send(TELEGRAM_QUEUE, job, { startAfter: new Date(error.at) });
  }
}
