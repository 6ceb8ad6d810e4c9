import { tmpdir } from 'node:os';
import { buildApp } from '../app.ts';
import type { DemoData } from '../demo/demo-data.ts';
import { CallMetrics } from '../observe/call-metrics.ts';
import { Ops } from '../observe/ops.ts';
import type { App, AppDeps } from '../routes/app-deps.ts';
import { FakeEngine } from './fake-engine.ts';
import { FakeStore } from './fake-store.ts';

export const TEST_KEY = 'the-key-of-the-tests';
export const TEST_TELEGRAM = { secret: 'the-telegram-secret-of-the-tests', botName: 'HALO_DEMO_BOT' };
export const WITH_KEY = { 'x-api-key': TEST_KEY };

export interface TestApp {
  readonly app: App;
  readonly store: FakeStore;
  readonly engine: FakeEngine;
  readonly ops: Ops;
  readonly calls: CallMetrics;
}

/** Two demo items instead of a hundred, so that a test can name every number. */
export const SMALL_DEMO: DemoData = {
  calls: [
    {
      id: 'demo-call-1',
      createdAt: '2026-11-10T09:00:00.000Z',
      phone: '+79161231234',
      durationSec: 60,
      disposition: 'interested',
      summary: 'Клиент хочет записаться.',
      transcript: [
        { speaker: 'assistant', text: 'Здравствуйте!' },
        { speaker: 'user', text: 'Добрый день.' },
      ],
      interest: 'записаться на приём',
      telegramLinkSent: true,
    },
  ],
  chats: [
    {
      id: 'demo-chat-1',
      createdAt: '2026-11-11T09:00:00.000Z',
      summary: 'Отправлен прайс.',
      messages: [{ from: 'assistant', text: 'Спасибо за разговор!' }],
    },
  ],
};

/** The app over fakes. Close it with `await using` or `app.close()`. */
export async function testApp(overrides: Partial<AppDeps> = {}): Promise<TestApp> {
  const store = new FakeStore();
  const engine = new FakeEngine();
  const calls = new CallMetrics();
  const ops = new Ops({
    calls,
    engine,
    ping: () => store.ping(),
    queues: async () => {
      await store.ping();
      return { waitingCalls: 0, oldestWaitSec: 0, openDeliveries: {} };
    },
  });
  const app = await buildApp({
    apiKey: TEST_KEY,
    store,
    engine,
    ops,
    demoData: () => SMALL_DEMO,
    telegram: TEST_TELEGRAM,
    recordingsDir: tmpdir(),
    ...overrides,
  });
  return { app, store, engine, ops, calls };
}
