import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallPlan } from '../../engine/contract/call-plan.ts';
import type { CallEngine } from '../../engine/contract/engine.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { composeEngine, parseWav } from '../../engine/index.ts';
import { VOICES_DIR } from '../../engine/testing/call-lab-offline.ts';
import { testApp } from '../../api/testing/test-app.ts';
import type { FakeStore } from '../../api/testing/fake-store.ts';

/** The cabinet over the product's own API and engine, in this process: simulated calls in real time, storage in memory. */
export interface LiveHouse {
  readonly origin: string;
  readonly engine: CallEngine;
  readonly store: FakeStore;
  /** A call that waits to be placed. */
  order(phone: string): Promise<CallPlan>;
  /** Both sides of a call that has ended: the caller's, the assistant's. */
  recording(callId: CallId): Promise<readonly Int16Array[]>;
  close(): Promise<void>;
}

/** `built`: the cabinet's folder; `files` are served beside it. What goes wrong in a call is put into `troubles`. */
export async function openLiveHouse(
  built: string,
  files: Readonly<Record<string, string>>,
  troubles: string[],
): Promise<LiveHouse> {
  const dataDir = await mkdtemp(join(tmpdir(), 'halo-live-'));
  const cabinetDir = join(dataDir, 'cabinet');
  await cp(built, cabinetDir, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(cabinetDir, name), text);
  const stored: { store?: FakeStore } = {};
  const { engine, close: closeEngine } = await composeEngine(
    {
      dataDir,
      voicesDir: VOICES_DIR,
      telephony: {
        kind: 'simulator',
        asteriskDir: join(dataDir, 'no-asterisk'),
        mediaAddress: '127.0.0.1',
        sip: { address: '127.0.0.1', port: 5060 },
        rtp: { from: 10_000, to: 20_000 },
        localNetworks: [],
        inbound: 'refuse',
        browserPhone: 'off',
        trunks: [],
      },
      maxCalls: 1,
      ringTimeoutMs: 30_000,
    },
    {
      journal: { append: async (event) => stored.store?.happen(event.callId, event) },
      onTrouble: (_callId, what, error) => troubles.push(`${what}: ${String(error)}`),
      onNews: () => undefined,
    },
  );
  const { app, store } = await testApp({ engine, cabinetDir, recordingsDir: join(dataDir, 'recordings') });
  stored.store = store;
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    engine,
    store,
    order: async (phone) => {
      const order = { phone, language: 'ru', voice: 'female', prompt: '' } as const;
      return { ...order, callId: await store.createCall(order) };
    },
    recording: async (callId) => {
      const bytes = await readFile(join(dataDir, 'recordings', `${callId}.wav`));
      return parseWav(bytes).samples;
    },
    close: async () => {
      await closeEngine();
      await app.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
