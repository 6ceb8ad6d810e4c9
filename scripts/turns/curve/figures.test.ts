import { describe, expect, it } from 'vitest';
import { advantage, atFivePercent, figuresOf, interval, share, type Figures } from './figures.ts';

const point = (cutOffs: number, p50Ms: number, inside = 0): Figures => ({
  turns: 100,
  cutOffs,
  inside,
  p50Ms,
  p95Ms: p50Ms + 30,
});
const CURVE = [point(40, 300, 20), point(20, 500, 10), point(4, 700, 1), point(0, 900)];

describe('figuresOf', () => {
  it('counts a turn once, and inside a sentence apart', () => {
    const cut = (kind: 'inside' | 'between') => ({ atMs: 500, kind, said: 'Если' });
    const figures = figuresOf([
      { key: 'a', cutOffs: [cut('between'), cut('inside')], delayMs: 600 },
      { key: 'b', cutOffs: [cut('between')], delayMs: 620 },
      { key: 'c', cutOffs: [], delayMs: undefined },
      { key: 'd', cutOffs: [], delayMs: 700 },
    ]);
    expect(figures).toEqual({ turns: 4, cutOffs: 2, inside: 1, p50Ms: 620, p95Ms: 700 });
    expect(share(figures)).toBe(0.5);
    expect(share(figures, 'inside')).toBe(0.25);
    expect(interval(figures)[0]).toBeLessThan(0.5);
  });
});

describe('atFivePercent', () => {
  it('is the quickest point with so few', () => {
    expect(atFivePercent(CURVE)?.p50Ms).toBe(700);
    expect(atFivePercent(CURVE.slice(0, 2))).toBeUndefined();
  });
});

describe('advantage', () => {
  it('is nothing for a point on the curve', () => {
    expect(advantage(point(20, 500), CURVE)).toEqual({ soonerMs: 0, fewer: 0 });
  });

  it('is measured along the curve, both ways', () => {
    const { soonerMs, fewer } = advantage(point(12, 500), CURVE);
    expect(soonerMs).toBeCloseTo(100);
    expect(fewer).toBeCloseTo(0.08);
    const worse = advantage(point(30, 500), CURVE);
    expect(worse.soonerMs).toBeCloseTo(-100);
    expect(worse.fewer).toBeCloseTo(-0.1);
  });

  it('counts what it is asked to', () => {
    expect(advantage(point(20, 500, 1), CURVE, 'inside').soonerMs).toBeCloseTo(200);
  });

  it('does not guess beyond the curve', () => {
    expect(advantage(point(1, 500), CURVE.slice(0, 2)).soonerMs).toBeUndefined();
    expect(advantage(point(2, 2000), CURVE).fewer).toBeCloseTo(-0.02);
  });
});
