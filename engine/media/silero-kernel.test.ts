import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { javascriptKernel, layMatrix, wasmKernel, type Kernel, type Matrix } from './silero-kernel.ts';

const kernels: [string, (floats: number) => Kernel | undefined][] = [
  ['javascript', javascriptKernel],
  ['wasm-simd', wasmKernel],
];

/** −1…1, the same for the same seed. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

const MOST = 8_191;

describe.each(kernels)('kernel, %s', (kind, make) => {
  const kernelOf = (floats: number): Kernel => {
    const kernel = make(floats);
    expect(kernel?.kind).toBe(kind);
    return kernel!;
  };

  it('multiplies, adds the bias, cuts at the floor and writes nothing else', () => {
    const orders = fc.record({
      bands: fc.integer({ min: 1, max: 4 }),
      cols: fc.integer({ min: 1, max: 70 }),
      floor: fc.constantFrom(0, -Infinity),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(orders, ({ bands, cols, floor, seed }) => {
        const rows = 32 * bands;
        const pairs = Math.ceil(cols / 2);
        const matrix: Matrix = {
          ...{ rows, pairs, weights: 0, scale: rows * pairs, bias: rows * pairs + rows },
        };
        const y = matrix.bias + rows;
        const x = 2 * (y + rows);
        const kernel = kernelOf(y + rows + pairs + 4);
        const random = noise(seed);
        const weights = Array.from({ length: rows }, () => Array.from({ length: cols }, random));
        layMatrix(kernel, matrix, cols, MOST, (row, col) => weights[row]![col]!);
        const biases = Array.from({ length: rows }, random);
        kernel.floats.set(biases, matrix.bias);
        const inputs = Array.from({ length: 2 * pairs }, () => Math.round(MOST * random()));
        kernel.ints.set(inputs, x);
        const before = kernel.ints.slice();
        kernel.dense(matrix, x, 1 / MOST, y, floor);

        weights.forEach((row, at) => {
          const sum = row.reduce((all, weight, col) => all + (weight * inputs[col]!) / MOST, biases[at]!);
          expect(kernel.floats[y + at]).toBeCloseTo(Math.max(sum, floor), 2);
        });
        before.set(kernel.ints.subarray(2 * y, x), 2 * y);
        expect(kernel.ints).toEqual(before);
      }),
      { numRuns: 40 },
    );
  });

  it('does not overflow where every weight and every input is as large as can be', () => {
    const [rows, cols] = [32, 384];
    const pairs = cols / 2;
    const matrix: Matrix = { rows, pairs, weights: 0, scale: rows * pairs, bias: rows * pairs + rows };
    const y = matrix.bias + rows;
    const kernel = kernelOf(y + rows + pairs);
    for (const weight of [1, -1]) {
      layMatrix(kernel, matrix, cols, 32_768, () => weight);
      kernel.ints.fill(-32_768, 2 * (y + rows), 2 * (y + rows) + cols);
      kernel.dense(matrix, 2 * (y + rows), 1 / 32_768, y, -Infinity);
      expect(kernel.floats[y]! / cols).toBeCloseTo(-weight, 2);
    }
  });

  it('shrinks floats to integers of one unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 60 }),
        (values) => {
          const count = Math.ceil(values.length / 8) * 8;
          const kernel = kernelOf(2 * count + 8);
          kernel.floats.set(values);
          const unit = kernel.shrink(0, 2 * count, count, MOST);
          const got = kernel.ints.subarray(2 * count, 3 * count);
          values.forEach((value, i) =>
            expect(Math.abs(got[i]! * unit - value)).toBeLessThanOrEqual(0.501 * unit),
          );
          expect(got.every((value) => Math.abs(value) <= MOST)).toBe(true);
          expect(kernel.ints.subarray(3 * count).every((value) => value === 0)).toBe(true);
        },
      ),
    );
  });
});
