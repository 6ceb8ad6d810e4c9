import { describe, expect, it } from 'vitest';
import { OneTimeToken } from './one-time-token.ts';

describe('a one-time token', () => {
  it('opens once, within its time, and only the latest', () => {
    let nowMs = 0;
    const token = new OneTimeToken(() => nowMs);
    expect(token.redeem('')).toBe(false);
    const first = token.issue(1_000);
    const second = token.issue(1_000);
    expect(token.redeem(first)).toBe(false);
    expect(token.redeem(second)).toBe(true);
    expect(token.redeem(second)).toBe(false);
    const late = token.issue(1_000);
    nowMs = 1_001;
    expect(token.redeem(late)).toBe(false);
  });

  it('is good again when what it opened was not given', () => {
    const token = new OneTimeToken(() => 0);
    const word = token.issue(1_000);
    expect(token.redeem(word)).toBe(true);
    token.restore();
    expect(token.redeem(word)).toBe(true);
    // A newer one stands.
    const newer = token.issue(1_000);
    token.restore();
    expect([token.redeem(word), token.redeem(newer)]).toEqual([false, true]);
  });
});
