import { describe, expect, it } from 'vitest';
import {
  CLOSING_STARTS_MS,
  MAX_CALL_MS,
  MAX_PAIRS,
  msUntilClosing,
  msUntilHangup,
  remainingPairs,
  shouldClose,
} from './limits.ts';

describe('limits of V5.2', () => {
  it('leaves the closing time to finish before the call must end', () => {
    expect(MAX_CALL_MS).toBe(120_000);
    expect(MAX_CALL_MS - CLOSING_STARTS_MS).toBeGreaterThanOrEqual(12_000);
  });

  it('closes at the twelfth pair and not before', () => {
    expect(shouldClose({ elapsedMs: 0, pairs: 0 })).toBeUndefined();
    expect(shouldClose({ elapsedMs: 60_000, pairs: 11 })).toBeUndefined();
    expect(shouldClose({ elapsedMs: 60_000, pairs: 12 })).toBe('pairs');
    expect(shouldClose({ elapsedMs: 60_000, pairs: 40 })).toBe('pairs');
  });

  it('closes on time whatever the pairs', () => {
    expect(shouldClose({ elapsedMs: CLOSING_STARTS_MS - 1, pairs: 3 })).toBeUndefined();
    expect(shouldClose({ elapsedMs: CLOSING_STARTS_MS, pairs: 0 })).toBe('time');
    expect(shouldClose({ elapsedMs: 999_999, pairs: 12 })).toBe('time');
  });

  it('counts down and stops at zero', () => {
    expect(msUntilClosing(0)).toBe(105_000);
    expect(msUntilClosing(110_000)).toBe(0);
    expect(msUntilHangup(119_000)).toBe(1_000);
    expect(msUntilHangup(121_000)).toBe(0);
    expect(remainingPairs(1)).toBe(MAX_PAIRS - 1);
    expect(remainingPairs(13)).toBe(0);
  });
});
