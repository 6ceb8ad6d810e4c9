import { describe, expect, it } from 'vitest';
import type { LabelledPrompt } from '../labelled.ts';
import { outcomeOf } from './outcome.ts';
import { pauseKind, saidBetween, stretched } from './turn.ts';

const PROMPT: LabelledPrompt = {
  key: 'ru/some',
  language: 'ru',
  // The sample's value is its own ms, so that one sees where it came from.
  pcm: Int16Array.from({ length: 8 * 4000 }, (_, i) => Math.floor(i / 8)),
  spans: [
    [0, 1000],
    [1200, 2000],
    [2400, 3800],
  ],
  words: ['Если вам удобно,', 'приходите завтра.', 'До свидания.'],
};

describe('saidBetween', () => {
  it('is every word said by then', () => {
    expect(saidBetween(PROMPT, 0, 1000)).toBe('Если вам удобно,');
    expect(saidBetween(PROMPT, 0, 1100)).toBe('Если вам удобно,');
    expect(saidBetween(PROMPT, -300, 2100)).toBe('Если вам удобно, приходите завтра.');
    expect(saidBetween(PROMPT, 1210, 4000)).toBe('приходите завтра. До свидания.');
    expect(saidBetween(PROMPT, 0, 100)).toBe('');
  });

  it('forgives edges that a detector hears a little off', () => {
    expect(saidBetween(PROMPT, 0, 930)).toBe('Если вам удобно,');
    expect(saidBetween(PROMPT, 1290, 1950)).toBe('приходите завтра.');
  });
});

describe('pauseKind', () => {
  it('is told by the words before it', () => {
    expect([0, 1, 2].map((at) => pauseKind(PROMPT, at))).toEqual(['inside', 'between', 'between']);
  });
});

describe('stretched', () => {
  it('makes every pause longer by its own sound and moves the labels along', () => {
    const slow = stretched(PROMPT, 2.5);
    expect(slow.spans).toEqual([
      [0, 1000],
      [1500, 2300],
      [3300, 4700],
    ]);
    expect(slow.pcm.length).toBe(8 * 4900);
    const at = (ms: number) => slow.pcm[8 * ms];
    expect([at(999), at(1500), at(2299), at(3300), at(4699)]).toEqual([999, 1200, 1999, 2400, 3799]);
    const added = slow.pcm.subarray(8 * 1000, 8 * 1500);
    expect(Math.min(...added)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...added)).toBeLessThan(1200);
  });
});

describe('outcomeOf', () => {
  it('counts what came before the labelled end, by its pause', () => {
    expect(outcomeOf(PROMPT, [1190, 2310, 4400.4])).toEqual({
      key: 'ru/some',
      cutOffs: [
        { atMs: 1190, kind: 'inside', said: 'Если вам удобно,' },
        { atMs: 2310, kind: 'between', said: 'Если вам удобно, приходите завтра.' },
      ],
      delayMs: 600,
    });
  });

  it('takes a decision made over the next word for one of the pause, and one made well into it for none', () => {
    const kinds = (atMs: number) => outcomeOf(PROMPT, [atMs, 4400]).cutOffs.map(({ kind }) => kind);
    expect(kinds(2500)).toEqual(['between']);
    expect(kinds(3000)).toEqual(['inside']);
    expect(kinds(500)).toEqual(['inside']);
  });

  it('has no delay where nothing was decided after the end', () => {
    expect(outcomeOf(PROMPT, [1190]).delayMs).toBeUndefined();
    expect(outcomeOf(PROMPT, []).delayMs).toBeUndefined();
    expect(outcomeOf(PROMPT, [3800]).delayMs).toBe(0);
  });
});
