import { denseModule } from './silero-wasm.ts';
import { BAND_ROWS } from './silero-layout.ts';

/**
 * y[0…rows) = max(floor, bias + W · x[0…cols)), all indices in floats of one shared memory; W in bands of 32 rows
 * (silero-layout.ts). `rows` is a multiple of 32.
 */
export type DenseKernel = (
  weights: number,
  bias: number,
  x: number,
  y: number,
  rows: number,
  cols: number,
  floor: number,
) => void;

export interface Kernel {
  readonly memory: Float32Array;
  readonly dense: DenseKernel;
  readonly kind: 'wasm-simd' | 'javascript';
}

/** The same sums in plain JavaScript: what runs where WebAssembly SIMD is missing, and what tests compare with. */
export function javascriptKernel(floats: number): Kernel {
  const m = new Float32Array(floats);
  return { kind: 'javascript', memory: m, dense: (...args) => denseInJavascript(m, ...args) };
}

function denseInJavascript(
  m: Float32Array,
  weights: number,
  bias: number,
  x: number,
  y: number,
  rows: number,
  cols: number,
  floor: number,
): void {
  for (let row = 0; row < rows; row += 8) {
    // Eight sums live in registers; an inner array would be stored and loaded at every step.
    const b = bias + row;
    let s0 = m[b]!;
    let s1 = m[b + 1]!;
    let s2 = m[b + 2]!;
    let s3 = m[b + 3]!;
    let s4 = m[b + 4]!;
    let s5 = m[b + 5]!;
    let s6 = m[b + 6]!;
    let s7 = m[b + 7]!;
    const lane = row % BAND_ROWS;
    let w = weights + (row - lane) * cols + lane;
    for (let p = x; p < x + cols; p++) {
      const v = m[p]!;
      s0 += m[w]! * v;
      s1 += m[w + 1]! * v;
      s2 += m[w + 2]! * v;
      s3 += m[w + 3]! * v;
      s4 += m[w + 4]! * v;
      s5 += m[w + 5]! * v;
      s6 += m[w + 6]! * v;
      s7 += m[w + 7]! * v;
      w += BAND_ROWS;
    }
    const o = y + row;
    m[o] = Math.max(s0, floor);
    m[o + 1] = Math.max(s1, floor);
    m[o + 2] = Math.max(s2, floor);
    m[o + 3] = Math.max(s3, floor);
    m[o + 4] = Math.max(s4, floor);
    m[o + 5] = Math.max(s5, floor);
    m[o + 6] = Math.max(s6, floor);
    m[o + 7] = Math.max(s7, floor);
  }
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

/** The SIMD kernel, or undefined where this machine's WebAssembly has no SIMD (or none at all: --jitless). */
export function wasmKernel(floats: number): Kernel | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil((floats * 4) / 65536) });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(denseModule()), { env: { memory } });
    const run = instance.exports['dense'] as DenseKernel;
    return {
      kind: 'wasm-simd',
      memory: new Float32Array(memory.buffer),
      dense: (weights, bias, x, y, rows, cols, floor) =>
        run(4 * weights, 4 * bias, 4 * x, 4 * y, rows, cols, floor),
    };
  } catch {
    return undefined;
  }
}
