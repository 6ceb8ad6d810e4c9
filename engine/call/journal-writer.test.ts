import { describe, expect, it } from 'vitest';
import type { CallEvent } from '../contract/call-event.ts';
import { toCallId } from '../contract/ids.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { JournalWriter } from './journal-writer.ts';

const callId = toCallId('22222222-2222-4222-8222-222222222222');

function writer(append: (event: CallEvent) => Promise<void>) {
  const clock = new VirtualClock(new Date('2026-01-02T03:04:05.000Z'));
  const heard: CallEvent[] = [];
  const lost: CallEvent[] = [];
  const journal = new JournalWriter(
    {
      callId,
      clock,
      journal: { append },
      onEvent: (event) => heard.push(event),
      onLost: (event) => lost.push(event),
    },
    1,
  );
  return { clock, journal, heard, lost };
}

describe('JournalWriter', () => {
  it('numbers events after those stored already, stamps them, and stores them one after another', async () => {
    const stored: CallEvent[] = [];
    let busy = 0;
    const { journal, heard, clock } = writer(async (event) => {
      expect((busy += 1)).toBe(1);
      await Promise.resolve();
      busy -= 1;
      stored.push(event);
    });
    journal.write({ type: 'line.ringing' });
    clock.advance(1500);
    journal.write({ type: 'line.answered' });
    expect(heard).toEqual([
      { type: 'line.ringing', callId, seq: 2, at: '2026-01-02T03:04:05.000Z' },
      { type: 'line.answered', callId, seq: 3, at: '2026-01-02T03:04:06.500Z' },
    ]);
    await journal.flushed();
    expect(stored).toEqual(heard);
  });

  it('asks a store that refuses again, keeps the order, and loses nothing', async () => {
    const stored: number[] = [];
    let refusals = 3;
    const { journal, clock, lost } = writer(async (event) => {
      if (refusals > 0) {
        refusals -= 1;
        throw new Error('the database is away');
      }
      stored.push(event.seq);
    });
    journal.write({ type: 'line.ringing' });
    journal.write({ type: 'line.answered' });
    await clock.run(5_000);
    await journal.flushed();
    expect(stored).toEqual([2, 3]);
    expect(lost).toEqual([]);
  });

  it('gives an event up after ten minutes, and says so', async () => {
    const { journal, clock, lost } = writer(async () => {
      throw new Error('the database is away');
    });
    journal.write({ type: 'line.ringing' });
    await clock.run(11 * 60_000);
    await journal.flushed();
    expect(lost.map((event) => event.seq)).toEqual([2]);
  });
});
