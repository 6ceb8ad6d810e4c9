import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallEngine } from '../engine/contract/engine.ts';
import { composeEngine } from '../engine/index.ts';
import { startAfterCall } from './after-call/worker.ts';
import { createRows } from './channels/sheets/create-rows.ts';
import { createSmsGateway } from './channels/sms/create-gateway.ts';
import { SMS_CHANNEL, smsFollower } from './channels/sms/outgoing-sms.ts';
import { startFollowUps, type FollowUps } from './channels/telegram/follow-up.ts';
import { TelegramSender } from './channels/telegram/sender.ts';
import { WebhookEvents } from './channels/webhook/event-book.ts';
import { startWebhooks } from './channels/webhook/worker.ts';
import type { HaloConfig } from './config.ts';
import { Deliveries } from './deliveries/deliver.ts';
import { PgDeliveryBook } from './deliveries/delivery-book.ts';
import { startFollowing } from './deliveries/follow.ts';
import { startDialQueue } from './dialling/dial-queue.ts';
import { takeIncomingCalls } from './incoming/take-calls.ts';
import { errorFields, type Log } from './log.ts';
import { logEvent } from './log-event.ts';
import { CallMetrics } from './observe/call-metrics.ts';
import { Ops, type OpsDoor } from './observe/ops.ts';
import { startTraces } from './observe/traces.ts';
import { exclusively } from './persistence/exclusively.ts';
import { openPersistence } from './persistence/open.ts';
import { queueSizes } from './persistence/queue-sizes.ts';
import type { Store } from './persistence/store.ts';

/** HALO without its HTTP server: the database, the engine, the dial queue and the steps after a call, all running. */
export interface Halo {
  readonly store: Store;
  readonly engine: CallEngine;
  readonly ops: OpsDoor;
  readonly recordingsDir: string;
  /** What users are told of the channels, in Russian. */
  readonly channelNotices: readonly string[];
  /** Absent where nobody is written to in Telegram. */
  readonly onTelegramConnected: FollowUps['connected'] | undefined;
  /** Looks for a call to dial now. */
  poke(): void;
  /** Ends calls in progress, lets running steps finish, frees everything. Idempotent. */
  close(): Promise<void>;
}

export interface HaloOptions {
  /**
   * False: calls that wait in the dial queue are left to other processes, and `engine.place` is the only way to dial.
   * For a process that ends with its own call, and would hang up on the visitors it had taken.
   */
  readonly takesCalls?: boolean;
}

/** Opens everything; on failure nothing stays open. Rejects with what is wrong and what to do. */
export async function openHalo(config: HaloConfig, log: Log, options: HaloOptions = {}): Promise<Halo> {
  const opened: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).reverse()) {
      await close().catch((error: unknown) =>
        log.error(errorFields(error), 'a part of HALO could not be closed'),
      );
    }
  };
  try {
    const { dataDir, databaseUrl } = config;
    // Voices of people: for the owner's eyes only.
    await mkdir(join(dataDir, 'recordings'), { recursive: true, mode: 0o700 });
    const persistence = await openPersistence({
      dataDir,
      log,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
    });
    opened.push(() => persistence.close());
    const { store, journal, boss, dataSource, storedEvents } = persistence;

    const calls = new CallMetrics();
    const { engine, analyst, close } = await composeEngine(engineConfig(config), {
      journal,
      onTrouble: (callId, what, error) =>
        log.error({ callId, ...(error === undefined ? {} : errorFields(error)) }, what),
      onNews: (what) => log.info({}, what),
      onProviderTime: (stage, firstMs) => calls.noteProvider(stage, firstMs),
    });
    opened.push(close);
    engine.subscribe((event) => logEvent(log, event));
    const queues = () => queueSizes(dataSource);
    const ops = new Ops({ calls, engine, ping: () => store.ping(), queues });
    const unwatch = ops.watch();
    opened.push(async () => unwatch());
    storedEvents.subscribe((event) => ops.note(event));
    const { otlpEndpoint: endpoint } = config;
    if (endpoint !== undefined) {
      const traces = await startTraces({ endpoint, log, events: (callId) => store.events(callId) });
      storedEvents.subscribe((event) => traces.note(event));
      opened.push(() => traces.stop());
    }
    if (config.telephony.inbound === 'answer') takeIncomingCalls({ engine, store, log });

    const alone = <T>(name: string, work: () => Promise<T>): Promise<T> =>
      exclusively(dataSource, name, work);
    const sms = createSmsGateway(config.sms, dataSource);
    const book = new PgDeliveryBook(dataSource, boss);
    const followers = {
      [SMS_CHANNEL]: smsFollower(sms, async (callId) => (await store.call(callId))?.phone),
    };
    const following = await startFollowing({ boss, book, followers, log });
    opened.push(() => following.stop());
    const rows = await createRows(config.sheets, { dataDir, dataSource, boss, book, store, log });
    opened.push(() => rows.stop());
    const deliveries = new Deliveries({ book, exclusively: alone, log });
    const events = new WebhookEvents(dataSource, boss, config.publicUrl);
    const { webhook } = config;
    if (webhook !== undefined) {
      const webhooks = await startWebhooks({ boss, events, deliveries, endpoint: webhook, log });
      opened.push(() => webhooks.stop());
    }
    const afterCall = await startAfterCall({
      boss,
      store,
      log,
      analyst,
      sms,
      rows: rows.sink,
      deliveries,
      ...(webhook === undefined ? {} : { announce: (view) => events.announce(view) }),
      botName: config.telegram.botName,
      shortLinkBase: config.shortLinkBase,
    });
    opened.push(() => afterCall.stop());
    const { followUp, botToken: token, apiRoot: root } = config.telegram;
    const followUps =
      followUp && token !== undefined
        ? await startFollowUps({
            boss,
            store,
            book,
            deliveries,
            sender: new TelegramSender({ token, root }),
            log,
          })
        : undefined;
    opened.push(async () => followUps?.stop());

    const dialQueue = await startDialQueue({ dataSource, boss, engine, log, ...options });
    opened.push(async () => {
      await dialQueue.pause();
      await engine.stop('now');
      await dialQueue.stop();
    });

    return {
      store,
      engine,
      ops,
      recordingsDir: join(dataDir, 'recordings'),
      onTelegramConnected: followUps?.connected,
      channelNotices: [
        ...(sms.simulated ? ['SMS не отправляются: сообщение сохраняется и показывается в кабинете.'] : []),
        rows.notice,
        ...(followUps === undefined
          ? []
          : ['Follow-up отправляется в Telegram тому, кто подключился к звонку.']),
      ],
      poke: () => dialQueue.poke(),
      close: closeAll,
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function engineConfig({ dataDir, maxCalls, ringTimeoutSec, telephony, speech, openai }: HaloConfig) {
  const { apiKey } = openai;
  return {
    dataDir,
    voicesDir: fileURLToPath(new URL('../seeds/voices/', import.meta.url)),
    maxCalls,
    ringTimeoutMs: ringTimeoutSec * 1000,
    telephony,
    ...(speech === 'openai' && apiKey !== undefined ? { openai: { ...openai, apiKey } } : {}),
  };
}
