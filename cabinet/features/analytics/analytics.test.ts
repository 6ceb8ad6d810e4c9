import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeResult } from '../../testing/fake-data.ts';
import { ownState } from './own-state.ts';
import { dispositionShares } from './dispositions-chart.ts';
import { change, labelled, ticks } from './scale.ts';
import { funnelSteps } from './totals-block.ts';
import { rowWindow } from './virtual-rows.ts';

describe('analytics', () => {
  it('measures the funnel against everybody called', () => {
    const steps = funnelSteps({ called: 120, talked: 90, interested: 45, lead: 18 });
    expect(steps.map((step) => step.share)).toEqual([1, 0.75, 0.375, 0.15]);
    expect(steps.map((step) => step.kept)).toEqual([1, 0.75, 0.5, 0.4]);
    expect(funnelSteps({ called: 0, talked: 0, interested: 0, lead: 0 })[3]?.share).toBe(0);
  });

  it('knows how far the demo is', () => {
    const complete = fakeResult('complete');
    expect(ownState(fakeResult('talking'))).toBe('talking');
    expect(ownState(fakeResult('busy'))).toBe('failed');
    expect(ownState({ ...complete, chat: null })).toBe('settling');
    expect(ownState(complete)).toBe('complete');
  });

  it('draws a ring of parts that follow each other and are the whole', () => {
    const counts = { interested: 5, not_interested: 2, call_later: 0, neutral: 2, unknown: 1 };
    const shares = dispositionShares(counts);
    let end = 0;
    for (const { share, begin } of shares) {
      expect(begin).toBeCloseTo(end);
      end = begin + share;
    }
    expect(end).toBeCloseTo(1);
    const none = { interested: 0, not_interested: 0, call_later: 0, neutral: 0, unknown: 0 };
    expect(dispositionShares(none).every(({ share }) => share === 0)).toBe(true);
  });

  it('measures a chart in few round steps that reach over the greatest value', () => {
    expect([ticks(1), ticks(4), ticks(7), ticks(43)]).toEqual([
      [0, 1],
      [0, 1, 2, 3, 4],
      [0, 2, 4, 6, 8],
      [0, 20, 40, 60],
    ]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (most) => {
        const scale = ticks(most);
        return scale.length <= 5 && (scale.at(-1) ?? 0) >= most && (scale.at(-2) ?? 0) < most;
      }),
    );
    expect(labelled(30, 6)).toEqual([4, 9, 14, 19, 24, 29]);
    expect([labelled(0, 6), labelled(3, 6)]).toEqual([[], [0, 1, 2]]);
  });

  it('compares with what there was, and with nothing not at all', () => {
    expect([change(12, 10), change(5, 10), change(5, 0)]).toEqual([expect.closeTo(0.2), -0.5, undefined]);
  });

  it('draws the rows that are seen and few more, wherever the screen is', () => {
    expect(rowWindow(10_000, 64, 300, 800)).toEqual({ begin: 0, end: 14 });
    fc.assert(
      fc.property(
        fc.nat(20_000),
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: -3_000_000, max: 5_000 }),
        (count, rowPx, topPx) => {
          const { begin, end } = rowWindow(count, rowPx, topPx, 800);
          expect(begin).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(count);
          expect(end - begin).toBeLessThan(800 / rowPx + 16);
          const firstSeen = Math.max(0, Math.floor(-topPx / rowPx));
          const lastSeen = Math.min(count - 1, Math.floor((799 - topPx) / rowPx));
          if (firstSeen > lastSeen) return;
          expect(begin).toBeLessThanOrEqual(firstSeen);
          expect(end).toBeGreaterThan(lastSeen);
        },
      ),
    );
  });
});
