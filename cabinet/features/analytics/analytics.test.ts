import { describe, expect, it } from 'vitest';
import { fakeItems, fakeResult } from '../../testing/fake-data.ts';
import { ownState } from './own-state.ts';
import { sortItems } from './sort-items.ts';
import { funnelSteps } from './totals-block.ts';

describe('analytics', () => {
  it('puts the visitor on top, then the newest first', () => {
    const sorted = sortItems(fakeItems());
    expect(sorted).toHaveLength(102);
    expect(sorted.slice(0, 3).map((item) => item.is_demo)).toEqual([false, false, true]);
    const demoTimes = sorted.slice(2).map((item) => Date.parse(item.created_at));
    expect(demoTimes).toEqual([...demoTimes].sort((a, b) => b - a));
  });

  it('measures the funnel against everybody called', () => {
    const steps = funnelSteps({ called: 120, talked: 90, interested: 45, lead: 18 });
    expect(steps.map((step) => step.share)).toEqual([1, 0.75, 0.375, 0.15]);
    expect(funnelSteps({ called: 0, talked: 0, interested: 0, lead: 0 })[3]?.share).toBe(0);
  });

  it('knows how far the demo is', () => {
    const complete = fakeResult('complete');
    expect(ownState(fakeResult('talking'))).toBe('talking');
    expect(ownState(fakeResult('busy'))).toBe('failed');
    expect(ownState({ ...complete, chat: null })).toBe('settling');
    expect(ownState(complete)).toBe('complete');
  });
});
