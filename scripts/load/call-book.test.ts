import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CallEvent, CallEventDraft } from '../../engine/contract/call-event.ts';
import { toCallId, type CallId } from '../../engine/contract/ids.ts';
import { CallBook, type EndedCall } from './call-book.ts';

const YES = { name: 'да', expect: { status: 'completed', disposition: 'interested' } } as const;
const STARTED_MS = Date.parse('2026-01-01T00:00:00Z');
const LONG_MS = 60_000;

let book: CallBook;
beforeEach(() => {
  book = new CallBook();
});

/** A call that tells the book of itself; each event is so many seconds after the beginning. */
class Told {
  readonly callId: CallId = toCallId(randomUUID());
  #seq = 0;

  constructor(nth: number, orderedMs = 0) {
    book.order(this.callId, nth, YES, orderedMs);
    const order = { phone: '+79000000001', language: 'auto', voice: 'female', prompt: '' } as const;
    this.happens(0, { type: 'call.created', ...order });
  }

  happens(sec: number, draft: CallEventDraft): EndedCall | undefined {
    const at = new Date(STARTED_MS + sec * 1_000).toISOString();
    const event: CallEvent = { ...draft, callId: this.callId, seq: ++this.#seq, at };
    return book.note(event);
  }

  dials(sec: number): void {
    this.happens(sec, { type: 'line.dialling', via: 'simulator', simulated: true });
    this.happens(sec, { type: 'line.answered' });
  }

  ends(sec: number): void {
    this.happens(sec, {
      type: 'call.ended',
      status: 'completed',
      reason: 'разговор завершён',
      durationSec: 1,
    });
  }

  judged(finalDisposition: 'interested' | 'neutral'): EndedCall | undefined {
    this.happens(9, { type: 'analysis.done', finalDisposition, shortSummary: '', interest: '' });
    return this.happens(9, { type: 'row.done', sink: 'csv' });
  }
}

describe('The book of calls', () => {
  it('finds a call right that came to what was planned', () => {
    const call = new Told(0);
    call.dials(1);
    expect([book.live, book.unfinished]).toEqual([1, 1]);
    call.happens(2, { type: 'utterance.started', utterance: 2, kind: 'reply', startMs: 1, gapMs: 700 });
    call.ends(3);
    expect([book.live, book.unfinished, book.open.length]).toEqual([0, 0, 1]);
    expect(call.judged('interested')).toMatchObject({ nth: 0, caller: 'да', wrong: [] });
    expect([book.open.length, book.ended.length, book.gapsMs]).toEqual([0, 1, [700]]);
  });

  it('says of another what was otherwise', () => {
    const call = new Told(0);
    call.dials(1);
    call.ends(3);
    call.happens(4, { type: 'step.failed', step: 'sms', message: 'нет связи' });
    expect(call.judged('neutral')?.wrong).toEqual([
      'итог neutral, должен быть interested',
      'шаг sms не выполнен',
    ]);
    const away = new Told(1);
    away.happens(1, { type: 'call.ended', status: 'no_answer', reason: 'занято', durationSec: 0 });
    expect(away.happens(2, { type: 'row.done', sink: 'csv' })?.wrong).toEqual([
      'status no_answer, должен быть completed',
      'итог unknown, должен быть interested',
    ]);
  });

  it('counts what was at once by the calls’ own times, in whatever order they are told', () => {
    const [first, second, third] = [new Told(0), new Told(1), new Told(2)];
    first.dials(1);
    second.dials(2);
    third.dials(5);
    second.ends(5);
    first.ends(9);
    expect(book.mostLive).toBe(2);
  });

  it('gives up a call that does not end, and forgets it', () => {
    const call = new Told(0, 0);
    call.dials(1);
    expect(book.giveUp(LONG_MS, LONG_MS)).toEqual([]);
    const [late] = book.giveUp(LONG_MS + 1, LONG_MS);
    expect(late?.wrong[0]).toBe('не закончился за 60 с');
    expect([book.live, book.open.length]).toEqual([0, 0]);
    expect(call.judged('interested')).toBeUndefined();
    expect(book.ended).toHaveLength(1);
  });

  it('says nothing of those that we ended', () => {
    const [first, second] = [new Told(0), new Told(1)];
    first.dials(1);
    second.dials(1);
    book.interrupt();
    first.ends(2);
    expect(first.judged('neutral')).toBeUndefined();
    book.cutOff();
    expect([book.ended.length, book.cut, book.live]).toEqual([0, 2, 0]);
  });

  it('knows how far it has read, and takes nothing twice', () => {
    const call = new Told(0);
    call.dials(1);
    expect([...book.tails()]).toEqual([[call.callId, 3]]);
  });
});
