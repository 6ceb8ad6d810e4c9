import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FakeSource } from '../testing/fake-source.ts';
import { LiveEvents } from './live-events.ts';
import type { PollTimers } from './poller.ts';

function follow() {
  const sources: FakeSource[] = [];
  const heard: unknown[] = [];
  const waits: number[] = [];
  let due: (() => void) | undefined;
  const timers: PollTimers = {
    set: (callback, delayMs) => {
      waits.push(delayMs);
      due = callback;
      return callback;
    },
    clear: (handle) => {
      if (due === handle) due = undefined;
    },
  };
  const live = new LiveEvents({
    sessionId: 'a b',
    onEvent: (event) => heard.push(event),
    onClock: (nowMs) => heard.push(nowMs),
    onOver: () => heard.push('over'),
    onConnected: () => heard.push('connected'),
    onBroken: (failures) => heard.push(`broken ${failures}`),
    open: (url) => {
      const source = new FakeSource(url);
      sources.push(source);
      return source;
    },
    timers,
  });
  const fire = (): void => {
    const callback = due;
    due = undefined;
    callback?.();
  };
  const last = (): FakeSource => {
    const source = sources.at(-1);
    if (source === undefined) throw new Error('it has not connected');
    return source;
  };
  return { live, sources, heard, waits, fire, last, armed: () => due !== undefined };
}

describe('LiveEvents', () => {
  it('tells events, the clock and the end, and leaves nothing running', () => {
    const { live, heard, last, sources, armed } = follow();
    live.start();
    live.start();
    expect([sources.length, last().url]).toEqual([1, '/demo/session/a%20b/events?after_seq=0']);
    last().say('hello');
    last().say('message', { type: 'line.ringing' }, '3');
    last().say('message', { type: 'line.ringing' }, '3');
    last().say('message', '<html>', '4');
    last().say('over');
    last().say('message', { type: 'line.answered' }, '5');
    expect(heard).toEqual([Date.UTC(2026, 10, 17, 16, 10), 'connected', { type: 'line.ringing' }, 'over']);
    expect([last().closed, armed()]).toEqual([true, false]);
  });

  it('comes again after the last number, waits longer every time, and hurries when told to', () => {
    const { live, heard, waits, fire, last, sources } = follow();
    live.start();
    last().say('hello');
    last().say('message', { type: 'line.ringing' }, '7');
    for (let round = 0; round < 7; round += 1) {
      last().say('error');
      expect(last().closed).toBe(true);
      fire();
      expect(last().afterSeq).toBe(7);
    }
    expect(waits.filter((ms) => ![8_000, 25_000].includes(ms))).toEqual([
      300, 1000, 2000, 4000, 15_000, 15_000,
    ]);
    expect(heard.at(-1)).toBe('broken 7');
    last().say('error');
    const before = sources.length;
    live.hurry();
    live.hurry();
    expect(sources.length).toBe(before + 1);
    last().say('hello');
    last().say('error');
    expect(heard.at(-1)).toBe('broken 9');
    fire();
    last().say('hello');
    last().say('message', { type: 'line.answered' }, '8');
    last().say('error');
    expect([waits.at(-1), heard.at(-1)]).toEqual([300, 'broken 1']);
    live.stop();
    live.hurry();
    fire();
    expect(sources.length).toBe(before + 2);
  });

  it('gives up a connection that says nothing', () => {
    const { live, heard, waits, fire, last } = follow();
    live.start();
    expect(waits).toEqual([8_000]);
    fire();
    expect([last().closed, heard]).toEqual([true, ['broken 1']]);
    fire();
    last().say('hello');
    last().say('beat');
    expect(waits.at(-1)).toBe(25_000);
    fire();
    expect(heard.at(-1)).toBe('broken 1');
  });

  it('loses nothing and hears nothing twice, wherever the connection breaks and whatever is repeated', () => {
    const many = 30;
    const connection = fc.record({
      take: fc.nat(8),
      repeat: fc.nat(3),
      how: fc.constantFrom('error', 'silence'),
    });
    fc.assert(
      fc.property(fc.array(connection, { maxLength: 20 }), (connections) => {
        const { live, heard, fire, last } = follow();
        live.start();
        for (const { take, repeat, how } of [...connections, { take: many, repeat: 0, how: 'error' }]) {
          const source = last();
          source.say('hello');
          // A careless server goes back by some; a dead connection's last words come when nobody listens any more.
          const from = Math.max(1, source.afterSeq + 1 - repeat);
          const to = Math.min(many, source.afterSeq + take);
          for (let seq = from; seq <= to; seq += 1) source.say('message', { seq }, String(seq));
          if (how === 'error') source.say('error');
          else fire();
          source.say('message', { seq: to + 1 }, String(to + 1));
          fire();
        }
        const events = heard.filter((one) => typeof one === 'object');
        expect(events).toEqual(Array.from({ length: many }, (_, index) => ({ seq: index + 1 })));
        live.stop();
      }),
      { numRuns: 200 },
    );
  });
});
