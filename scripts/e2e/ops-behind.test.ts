import { request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import {
  openTestPersistence,
  ORDER,
  type TestPersistence,
} from '../../api/persistence/testing/test-persistence.ts';
import type { OpsCallNews, OpsCalls } from '../../api/schemas/ops.ts';
import { testApp, WITH_KEY, type TestApp } from '../../api/testing/test-app.ts';
import { SseReader, type SseMessage } from '../../cabinet/api/sse-reader.ts';
import { systemClock } from '../../engine/adapters/system/system-clock.ts';
import { JournalWriter } from '../../engine/call/journal-writer.ts';
import type { Journal } from '../../engine/ports/journal.ts';

/** So far behind may ops be. */
const LIMIT_MS = 300;
const TURNS = 20;

let db: TestPersistence;
let house: TestApp;
let origin: string;

beforeAll(async () => {
  db = await openTestPersistence();
  house = await testApp({ store: db.store });
  origin = await house.app.listen({ host: '127.0.0.1', port: 0 });
  return async () => {
    await house.app.close();
    await db.close();
  };
}, 60_000);

/** Tells each message of a stream with its moment, until the signal aborts. */
function follow(path: string, signal: AbortSignal, onMessage: (message: SseMessage) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    request(origin + path, { headers: WITH_KEY, agent: false, signal }, (answer) => {
      const reader = new SseReader();
      answer.setEncoding('utf8').on('data', (text: string) => reader.push(text).forEach(onMessage));
      answer.on('error', () => undefined);
      resolve();
    })
      .on('error', (error) => (signal.aborted ? resolve() : reject(error)))
      .end();
  });
}

it.for(['this process', 'another process'])(
  'ops are less than 300 ms behind what happens in a call of %s, with the journal on the disk',
  async (holder, { annotate }) => {
    const callId = await db.store.createCall(ORDER, { dial: false });
    /** How long the disk took for each event. */
    const storedMs: number[] = [];
    const journal: Journal = {
      append: async (event) => {
        const atMs = performance.now();
        await db.journal.append(event);
        storedMs.push(performance.now() - atMs);
      },
    };
    const writer = new JournalWriter(
      {
        ...{ callId, journal, clock: systemClock },
        // What another process does is in the database alone.
        onEvent: (event) => (holder === 'this process' ? house.engine.tell(event) : undefined),
        onLost: (_event, error) => expect.unreachable(String(error)),
      },
      1,
    );
    /** When each reply was seen, by its gap, which is its number. */
    const inList = new Map<number, number>();
    const inCall = new Map<number, number>();
    const leaving = new AbortController();
    await follow('/ops/events', leaving.signal, ({ name, data }) => {
      if (name !== 'calls') return;
      const gap = (JSON.parse(data) as OpsCalls).calls.find((one) => one.call_id === callId)?.last_gap_ms;
      if (typeof gap === 'number' && !inList.has(gap)) inList.set(gap, performance.now());
    });
    await follow(`/ops/calls/${callId}/events`, leaving.signal, ({ name, data }) => {
      const news = name === 'message' ? (JSON.parse(data) as OpsCallNews) : undefined;
      if (news?.kind === 'event' && news.event.type === 'utterance.finished')
        inCall.set(news.event.utterance, performance.now());
    });
    writer.write({ type: 'line.dialling', via: 'simulator', simulated: true });
    writer.write({ type: 'line.answered' });

    const behind: Record<'list' | 'call', number[]> = { list: [], call: [] };
    storedMs.length = 0;
    const loop = monitorEventLoopDelay({ resolution: 10 });
    loop.enable();
    for (let turn = 1; turn <= TURNS; turn += 1) {
      // At another moment of the screens' own beats each time.
      await pause((turn * 37) % 130);
      const atMs = performance.now();
      const [utterance, startMs] = [turn, turn * 5_000];
      writer.write({ type: 'utterance.started', utterance, kind: 'reply', startMs, gapMs: turn });
      writer.write({
        type: 'utterance.finished',
        utterance,
        endMs: startMs + 2_000,
        text: 'Да.',
        complete: true,
      });
      await expect
        .poll(() => inList.has(turn) && inCall.has(turn), { interval: 5, timeout: 5_000 })
        .toBe(true);
      behind.list.push(inList.get(turn)! - atMs);
      behind.call.push(inCall.get(turn)! - atMs);
    }
    leaving.abort();
    await writer.flushed();

    loop.disable();
    // A machine that is shared stands still now and then, its disk more than its cores: the tail may be late by that.
    const stalledMs = Math.max(...storedMs) + loop.max / 1e6;
    await annotate(`the machine stood still for up to ${stalledMs.toFixed(0)} ms`);
    for (const [screen, delays] of Object.entries(behind)) {
      const ordered = delays.toSorted((a, b) => a - b);
      const [median, p95] = [ordered[TURNS / 2]!, ordered[Math.ceil(TURNS * 0.95) - 1]!];
      await annotate(`${screen}: median ${median.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, of ${TURNS}`);
      expect(median, `the ${screen} is behind`).toBeLessThan(LIMIT_MS);
      expect(p95, `the ${screen} is behind`).toBeLessThan(LIMIT_MS + stalledMs);
    }
  },
);
