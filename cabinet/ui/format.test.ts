import { describe, expect, it } from 'vitest';
import {
  counted,
  formatDateTime,
  formatDuration,
  formatGap,
  formatPercent,
  formatStopwatch,
} from './format.ts';

/** Intl puts no-break spaces of several kinds between numbers and words. */
const plain = (text: string): string => text.replace(/\s/g, ' ');

describe('formatters', () => {
  it.each([
    [0, '0 с'],
    [9.6, '10 с'],
    [59, '59 с'],
    [60, '1 мин'],
    [104, '1 мин 44 с'],
    [119.7, '2 мин'],
    [null, '—'],
    [Number.NaN, '—'],
  ])('duration of %j', (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });

  it.each([
    [-5, '0:00'],
    [0, '0:00'],
    [7999, '0:07'],
    [760_000, '12:40'],
  ])('stopwatch at %i ms', (ms, words) => {
    expect(formatStopwatch(ms)).toBe(words);
  });

  it('shares, gaps and counts', () => {
    expect(plain(formatPercent(0.374))).toBe('37 %');
    expect(formatPercent(Number.NaN)).toBe('—');
    expect(formatGap(940)).toBe('0,9 с');
    const words = 'звонок|звонка|звонков';
    expect([1, 2, 5, 11, 21, 102].map((count) => counted(count, words))).toEqual([
      '1 звонок',
      '2 звонка',
      '5 звонков',
      '11 звонков',
      '21 звонок',
      '102 звонка',
    ]);
  });

  it('shows a dash for what is no date', () => {
    expect(formatDateTime('когда-то')).toBe('—');
    expect(plain(formatDateTime('2026-11-17T12:00:00Z'))).toMatch(/17 нояб\. 2026/);
  });
});
