import { expect, it } from 'vitest';
import { calmest, type WindowFigures } from './calmest.ts';
import { windowFigures } from './testing/window-figures.ts';

const window = (
  callersPercent: number,
  cpu: number,
  other: Partial<WindowFigures['engine']> = {},
): WindowFigures => {
  const figures = windowFigures({ calls: 100, cpu });
  return {
    ...figures,
    engine: { ...figures.engine, ...other },
    farEnd: { ...figures.farEnd, cpuPercent: callersPercent, lost: 1, unanswered: 2 },
  };
};

it('judges by the window in which the callers’ work was cheapest, not by the one in which the engine’s was', () => {
  const judged = calmest([window(20, 0.4), window(12, 0.6), window(16, 0.5)]);
  expect(judged.engine.cpuPercent).toBeCloseTo(60);
  expect(judged.farEnd.cpuPercent).toBe(12);
});

it('keeps what went wrong in any window', () => {
  const judged = calmest([
    window(20, 0.4, { failed: 1, calls: 99, troubles: ['a'] }),
    window(12, 0.6, { providerFailures: 2, troubles: ['b'] }),
  ]);
  expect(judged.engine).toMatchObject({ failed: 1, calls: 99, providerFailures: 2, troubles: ['a', 'b'] });
  expect(judged.farEnd).toMatchObject({ lost: 2, unanswered: 4, packets: 2_000 });
});

it('refuses to judge nothing', () => {
  expect(() => calmest([])).toThrow(RangeError);
});
