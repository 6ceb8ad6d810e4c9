import { expect, it } from 'vitest';
import { summarise } from '../latency/statistics.ts';
import { CallBook } from './call-book.ts';
import { LiveTable, type Screen } from './live-table.ts';
import type { Weight } from './messages.ts';
import type { SoakState } from './soak.ts';

const NO_DELAY = { p50: 0, p99: 0, max: 0 };
const WEIGHT: Weight = {
  ...{
    rss: 2 ** 28,
    heap: 2 ** 27,
    heapTotal: 2 ** 27,
    anonymous: undefined,
    lost: 0,
    cpuMs: 0,
    collectedInMs: 0,
    handles: { 'UDP-сокеты': 60 },
  },
  ...{ latenessMs: summarise([1]), loopDelayMs: NO_DELAY, loopDelayOfRunMs: NO_DELAY },
};
const state = (elapsedSec: number): SoakState => ({
  ...{ elapsedSec, leftSec: 600 - elapsedSec, phase: 'нагрузка', book: new CallBook() },
  ...{ gapMs: summarise([700]), look: WEIGHT, weight: WEIGHT },
});

function screen(isTTY: boolean): Screen & { written: string } {
  return {
    ...{ isTTY, columns: 60, written: '' },
    write(text: string) {
      this.written += text;
    },
  };
}

it('draws over itself on a terminal, no line wider than it', () => {
  const tty = screen(true);
  const table = new LiveTable(tty);
  table.show(state(1));
  const height = tty.written.split('\n').length - 1;
  expect(height).toBeGreaterThan(3);
  for (const line of tty.written.split('\n')) expect(line.length).toBeLessThan(60);
  tty.written = '';
  table.show(state(2));
  expect(tty.written.startsWith(`\u001b[${height}F\u001b[J`)).toBe(true);
  expect(tty.written).toContain('0:02 прошло, 9:58 осталось');
});

it('prints a whole line every ten seconds elsewhere', () => {
  const pipe = screen(false);
  const table = new LiveTable(pipe);
  for (let sec = 0; sec < 25; sec += 1) table.show(state(sec));
  const lines = pipe.written.trimEnd().split('\n');
  expect(lines.map((line) => line.slice(0, 4))).toEqual(['0:00', '0:10', '0:20']);
  expect(lines[0]).toContain('открыто 60 (UDP 60)');
  expect(pipe.written).not.toContain('\u001b');
});
