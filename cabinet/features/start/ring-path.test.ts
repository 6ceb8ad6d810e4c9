import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ringPath } from './ring-path.ts';

it('draws a closed ring that stays between radius − depth and radius + depth', () => {
  const shape = fc.record({
    radius: fc.integer({ min: 50, max: 180 }),
    waves: fc.integer({ min: 1, max: 8 }),
    depth: fc.integer({ min: 0, max: 12 }),
    turn: fc.double({ min: 0, max: 6.3, noNaN: true }),
  });
  fc.assert(
    fc.property(shape, (ring) => {
      const path = ringPath(ring);
      expect(path).toMatch(/^M[^MZ]+Z$/);
      for (const point of path.slice(1, -1).split('L')) {
        const [x = Number.NaN, y = Number.NaN] = point.split(' ').map(Number);
        const reach = Math.hypot(x - 200, y - 200);
        expect(reach).toBeGreaterThan(ring.radius - ring.depth - 0.2);
        expect(reach).toBeLessThan(ring.radius + ring.depth + 0.2);
      }
    }),
    { numRuns: 30 },
  );
});
