import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CallEventDraft } from '../../engine/contract/call-event.ts';
import type { CallId } from '../../engine/contract/ids.ts';
import { SILENT_LOG } from '../log.ts';
import { HELD_CALL, ORDER, UNANSWERED_CALL } from '../persistence/testing/test-persistence.ts';
import { FakeStore } from '../testing/fake-store.ts';
import { JournalHub } from './journal-hub.ts';
import { liveMeaning } from './live-meaning.ts';
import { liveStream } from './live-stream.ts';

const STEPS: readonly CallEventDraft[] = [
  { type: 'analysis.done', finalDisposition: 'interested', shortSummary: 'Интересно.', interest: 'цена' },
  { type: 'followup.done', text: 'Спасибо!' },
  { type: 'sms.done', text: 'Спасибо!', parts: 1, gateway: 'outbox', simulated: true },
  { type: 'chat.done', chatId: 'c' },
  { type: 'step.failed', step: 'crm', message: 'нет' },
];
const WHOLE = [...HELD_CALL, ...STEPS];

interface Message {
  readonly id: number | undefined;
  readonly event: string;
}

/** A browser's EventSource as far as it matters: it keeps whole messages and the last id. */
class Visitor {
  readonly heard: number[] = [];
  readonly named: string[] = [];
  #lastId = 0;
  #leave: AbortController | undefined;
  #left = Promise.resolve();
  readonly #hub: JournalHub;
  readonly #callId: CallId;

  constructor(hub: JournalHub, callId: CallId) {
    this.#hub = hub;
    this.#callId = callId;
  }

  /** Comes, and goes on from the last id. `cutAt`: the connection breaks after so many characters. */
  come(cutAt = Number.POSITIVE_INFINITY): void {
    const leave = new AbortController();
    this.#leave = leave;
    this.#left = this.#read(leave, cutAt);
  }

  async go(): Promise<void> {
    this.#leave?.abort();
    await this.#left;
  }

  async #read(leave: AbortController, cutAt: number): Promise<void> {
    let taken = '';
    const options = { callId: this.#callId, afterSeq: this.#lastId, signal: leave.signal };
    for await (const text of liveStream(this.#hub, options)) {
      const room = cutAt - taken.length;
      taken += text.slice(0, room);
      if (text.length > room) break;
    }
    // Told apart here, at the end, as a browser does on the way: a message counts when its empty line has come.
    for (const message of messagesOf(taken)) {
      if (message.id === undefined) this.named.push(message.event);
      else {
        this.heard.push(message.id);
        this.#lastId = message.id;
      }
    }
  }
}

function messagesOf(text: string): Message[] {
  const whole = text.slice(0, text.lastIndexOf('\n\n') + 1);
  return whole
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => {
      const id = /^id: (\d+)$/m.exec(block)?.[1];
      return {
        id: id === undefined ? undefined : Number(id),
        event: /^event: (\w+)$/m.exec(block)?.[1] ?? '',
      };
    });
}

let store: FakeStore;
let hub: JournalHub;
beforeEach(() => {
  vi.useFakeTimers();
  store = new FakeStore();
  hub = new JournalHub({ read: (after) => store.journalTail(after), log: SILENT_LOG });
});
afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

const time = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
async function meanings(callId: CallId): Promise<number[]> {
  return (await store.events(callId)).filter((event) => liveMeaning(event)).map(({ seq }) => seq);
}

const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('happen' as const), events: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('come' as const), cutAt: fc.nat(2_000) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'go' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'database' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 400 }) }),
  },
);

describe('the live stream', () => {
  it('however often it breaks, wherever: every event once, in order, and nothing is kept after', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const callId = await store.createCall(ORDER);
        const visitor = new Visitor(hub, callId);
        const left = [...WHOLE];
        visitor.come();
        for (const one of actions) {
          if (one.do === 'happen') store.happen(callId, ...left.splice(0, one.events));
          else if (one.do === 'come') {
            await visitor.go();
            visitor.come(one.cutAt);
          } else if (one.do === 'go') await visitor.go();
          else if (one.do === 'database') {
            store.failure = new Error('the database is away');
            await time(200);
            store.failure = undefined;
          } else await time(one.ms);
        }
        store.happen(callId, ...left);
        await visitor.go();
        visitor.come();
        await time(500);
        await visitor.go();
        expect(visitor.heard).toEqual(await meanings(callId));
        expect(visitor.named.at(-1)).toBe('over');
        expect([hub.watchedCalls, hub.followers, vi.getTimerCount()]).toEqual([0, 0, 0]);
      }),
      { numRuns: 150 },
    );
  });

  it('reads a call once for all who follow it, and calls together', async () => {
    let reads = 0;
    hub = new JournalHub({
      read: (after) => {
        reads += 1;
        return store.journalTail(after);
      },
      log: SILENT_LOG,
    });
    const calls = [await store.createCall(ORDER), await store.createCall(ORDER)];
    const visitors = calls.flatMap((callId) => [1, 2, 3].map(() => new Visitor(hub, callId)));
    for (const visitor of visitors) visitor.come();
    await time(10);
    for (const callId of calls) store.happen(callId, ...UNANSWERED_CALL);
    await time(3_000);
    for (const visitor of visitors) await visitor.go();
    expect(visitors.map(({ heard }) => heard)).toEqual(visitors.map(() => [1, 2, 3, 4, 5]));
    expect(reads).toBeLessThan(5);
  });

  it('is behind by one look at most, and by less where the engine says so', async () => {
    const callId = await store.createCall(ORDER);
    let heard = '';
    const leave = new AbortController();
    const reading = (async () => {
      const options = { callId, afterSeq: 0, signal: leave.signal, beatMs: 1_000 };
      for await (const text of liveStream(hub, options)) heard += text;
    })();
    await time(1);
    store.happen(callId, { type: 'line.ringing' });
    await time(150);
    expect(heard).toContain('line.ringing');
    store.happen(callId, { type: 'line.answered' });
    hub.poke(callId, 3);
    await time(20);
    expect(heard).toContain('line.answered');
    hub.poke(callId, 4);
    await time(70);
    store.happen(callId, { type: 'line.dtmf', digit: '1' }, { type: 'limit.reached', limit: 'time' });
    await time(20);
    expect(heard).toContain('limit.reached');
    expect(heard).not.toContain('beat');
    await time(1_000);
    expect(heard.match(/event: beat/g)).toHaveLength(1);
    hub.close();
    await reading;
    expect([hub.followers, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('tells neither the number nor the prompt', async () => {
    const order = { ...ORDER, phone: '+79991112233', prompt: 'секретный промпт' };
    const callId = await store.createCall(order);
    store.happen(callId, ...WHOLE);
    const told = JSON.stringify((await store.events(callId)).map(liveMeaning));
    expect(told).not.toMatch(/9991112233|секретный/);
    expect(told).toContain('Да, мне интересно');
  });
});
