import { describe, expect, it } from 'vitest';
import { CLOSING_STARTS_MS, MAX_CALL_MS, MAX_PAIRS, remainingPairs } from './limits.ts';

describe('limits of V5.2', () => {
  it('leaves the closing time to finish before the call must end', () => {
    expect(MAX_CALL_MS).toBe(120_000);
    expect(MAX_CALL_MS - CLOSING_STARTS_MS).toBeGreaterThanOrEqual(12_000);
  });

  it('counts the pairs down and stops at zero', () => {
    expect(remainingPairs(1)).toBe(MAX_PAIRS - 1);
    expect(remainingPairs(13)).toBe(0);
  });
});
