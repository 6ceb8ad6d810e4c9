import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { javascriptKernel, wasmKernel, type Kernel } from './silero-kernel.ts';

/** The definition, by the book: W[row][col] lies in bands of 32 rows, column by column. */
function byTheBook(m: Float32Array, rows: number, cols: number, floor: number, at: Layout): number[] {
  return Array.from({ length: rows }, (_, row) => {
    let sum = m[at.bias + row]!;
    for (let col = 0; col < cols; col++) {
      const weight = m[at.weights + (Math.floor(row / 32) * cols + col) * 32 + (row % 32)]!;
      sum += weight * m[at.x + col]!;
    }
    return Math.max(sum, floor);
  });
}

interface Layout {
  readonly weights: number;
  readonly bias: number;
  readonly x: number;
  readonly y: number;
}

const kernels: [string, (floats: number) => Kernel | undefined][] = [
  ['javascript', javascriptKernel],
  ['wasm-simd', wasmKernel],
];

describe.each(kernels)('dense kernel, %s', (kind, make) => {
  it('multiplies, adds the bias, cuts at the floor and writes nothing else', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom(0, -Infinity),
        fc.integer(),
        (bands, cols, floor, seed) => {
          const rows = 32 * bands;
          const at = { weights: 0, bias: rows * cols, x: rows * cols + rows, y: rows * cols + rows + cols };
          const floats = at.y + rows + 4;
          const kernel = make(floats);
          expect(kernel?.kind).toBe(kind);
          const { memory, dense } = kernel!;
          let state = seed >>> 0;
          for (let i = 0; i < floats; i++) {
            state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
            memory[i] = state / 2 ** 31 - 1;
          }
          const before = memory.slice();
          const expected = byTheBook(memory, rows, cols, floor, at);
          dense(at.weights, at.bias, at.x, at.y, rows, cols, floor);
          expected.forEach((value, row) => expect(memory[at.y + row]).toBeCloseTo(value, 4));
          before.set(memory.subarray(at.y, at.y + rows), at.y);
          expect(memory.every((value, i) => Object.is(value, before[i]))).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });
});
