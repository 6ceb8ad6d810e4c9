import { kernelModule, LEAST } from './silero-wasm.ts';

/** Rows that are worked out at once. */
export const BAND_ROWS = 32;

/**
 * A matrix in a kernel's memory, of rows × cols, rows a multiple of 32. Weights are 16-bit integers, each row in units of
 * its own (`scale`), in bands of 32 rows, two columns at a time:
 * `ints[weights + ((band · pairs + col >> 1) · 32 + row mod 32) · 2 + (col & 1)]`. Two inputs then meet 64 neighbouring
 * weights: eight SIMD registers. Where `cols` is odd the last column's other half is zero.
 */
export interface Matrix {
  readonly rows: number;
  readonly pairs: number;
  /** Index in `ints`, a multiple of 8. */
  readonly weights: number;
  /** Indices in `floats`, multiples of 4; one value a row. */
  readonly scale: number;
  readonly bias: number;
}

/**
 * Sums of products of 16-bit integers in 32 bits: whoever lays the weights down sees to it that none overflows
 * (`layMatrix`). One memory, seen as floats and as integers.
 */
export interface Kernel {
  readonly floats: Float32Array;
  readonly ints: Int16Array;
  readonly kind: 'wasm-simd' | 'javascript';
  /** floats[y + row] = max(floor, bias[row] + scale[row] · unit · Σ W[row] · ints[x…]); reads 2 · pairs of them. */
  readonly dense: (matrix: Matrix, x: number, unit: number, y: number, floor: number) => void;
  /**
   * `count` (a multiple of 8) floats from `x` as integers from `to` on, the largest of them ±`most`. Returns what
   * one is worth.
   */
  readonly shrink: (x: number, to: number, count: number, most: number) => number;
}

/**
 * Writes a matrix down as the nearest integers: as fine as they can be while no sum of products with inputs of ±`most`
 * leaves 32 bits.
 */
export function layMatrix(
  { floats, ints }: Pick<Kernel, 'floats' | 'ints'>,
  { rows, pairs, weights, scale }: Matrix,
  cols: number,
  most: number,
  weightAt: (row: number, col: number) => number,
): void {
  // Rounding adds half a unit a column at most.
  const budget = 2 ** 31 / most - cols;
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    let largest = 0;
    for (let col = 0; col < cols; col++) {
      const size = Math.abs(weightAt(row, col));
      sum += size;
      largest = Math.max(largest, size);
    }
    const unit = Math.max(sum / budget, largest / 32_767, LEAST);
    floats[scale + row] = unit;
    const lane = row % BAND_ROWS;
    const band = weights + (row - lane) * pairs * 2;
    for (let col = 0; col < cols; col++)
      ints[band + ((col >> 1) * BAND_ROWS + lane) * 2 + (col & 1)] = Math.round(weightAt(row, col) / unit);
  }
}

/** The same sums in plain JavaScript: what runs where WebAssembly SIMD is missing, and what tests compare with. */
export function javascriptKernel(floatCount: number): Kernel {
  const floats = new Float32Array(floatCount);
  const ints = new Int16Array(floats.buffer);
  return {
    ...{ kind: 'javascript', floats, ints },
    dense: (matrix, x, unit, y, floor) => denseInJavascript(floats, ints, matrix, x, unit, y, floor),
    shrink: (x, to, count, most) => shrinkInJavascript(floats, ints, x, to, count, most),
  };
}

function denseInJavascript(
  floats: Float32Array,
  ints: Int16Array,
  { rows, pairs, weights, scale, bias }: Matrix,
  x: number,
  unit: number,
  y: number,
  floor: number,
): void {
  for (let row = 0; row < rows; row += 4) {
    // Four sums live in registers; an inner array would be stored and loaded at every step.
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    const lane = row % BAND_ROWS;
    let w = weights + (row - lane) * pairs * 2 + lane * 2;
    for (let p = x; p < x + 2 * pairs; p += 2) {
      const even = ints[p]!;
      const odd = ints[p + 1]!;
      s0 = (s0 + ints[w]! * even + ints[w + 1]! * odd) | 0;
      s1 = (s1 + ints[w + 2]! * even + ints[w + 3]! * odd) | 0;
      s2 = (s2 + ints[w + 4]! * even + ints[w + 5]! * odd) | 0;
      s3 = (s3 + ints[w + 6]! * even + ints[w + 7]! * odd) | 0;
      w += 2 * BAND_ROWS;
    }
    const [b, s, o] = [bias + row, scale + row, y + row];
    floats[o] = Math.max(s0 * unit * floats[s]! + floats[b]!, floor);
    floats[o + 1] = Math.max(s1 * unit * floats[s + 1]! + floats[b + 1]!, floor);
    floats[o + 2] = Math.max(s2 * unit * floats[s + 2]! + floats[b + 2]!, floor);
    floats[o + 3] = Math.max(s3 * unit * floats[s + 3]! + floats[b + 3]!, floor);
  }
}

function shrinkInJavascript(
  floats: Float32Array,
  ints: Int16Array,
  x: number,
  to: number,
  count: number,
  most: number,
): number {
  let largest = LEAST;
  for (let i = x; i < x + count; i++) largest = Math.max(largest, Math.abs(floats[i]!));
  for (let i = 0; i < count; i++) ints[to + i] = Math.round((floats[x + i]! * most) / largest);
  return largest / most;
}

/** As much of the WebAssembly JavaScript interface as is used here; @types/node 20 has none. */
declare const WebAssembly:
  | undefined
  | {
      readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (
        module: object,
        imports: object,
      ) => { readonly exports: Record<string, unknown> };
    };

type DenseExport = (...addressesAndNumbers: readonly number[]) => void;
type ShrinkExport = (x: number, to: number, count: number, most: number) => number;

/** The SIMD kernel, or undefined where this machine's WebAssembly has no SIMD (or none at all: --jitless). */
export function wasmKernel(floatCount: number): Kernel | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((floatCount * 4) / 65536) });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(kernelModule()), { env: { memory } });
    const dense = instance.exports['dense'] as DenseExport;
    const shrink = instance.exports['shrink'] as ShrinkExport;
    return {
      kind: 'wasm-simd',
      floats: new Float32Array(memory.buffer),
      ints: new Int16Array(memory.buffer),
      dense: ({ rows, pairs, weights, scale, bias }, x, unit, y, floor) =>
        dense(2 * weights, 2 * x, 4 * scale, 4 * bias, 4 * y, rows, pairs, unit, floor),
      shrink: (x, to, count, most) => shrink(4 * x, 2 * to, count, most),
    };
  } catch {
    return undefined;
  }
}
