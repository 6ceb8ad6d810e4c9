import { readFileSync } from 'node:fs';
import { javascriptKernel, layMatrix, wasmKernel, type Kernel } from './silero-kernel.ts';
import {
  HIDDEN,
  LAYERS,
  MEMORY_FLOATS,
  OUT_BIAS,
  OUT_BIAS_STORED,
  OUT_WEIGHTS,
  OUT_WEIGHTS_STORED,
  storedIndex,
  WEIGHTS_MAGIC,
  WEIGHT_FLOATS,
} from './silero-layout.ts';

/**
 * The network, ready to run: weights and scratch in one memory. Shared by every call of the process: a window is
 * computed synchronously from beginning to end, so two calls never meet in the scratch.
 */
export interface SileroWeights {
  readonly kernel: Kernel;
}

const FILE = new URL('./silero-v5-8k.bin', import.meta.url);
let shared: SileroWeights | undefined;

/**
 * The weights of silero-v5-8k.bin (0.86 MB), read once a process and shared.
 * Throws when the file is missing or not the one this code was written for.
 */
export function loadSileroWeights(): SileroWeights {
  return (shared ??= readWeights(
    readFileSync(FILE),
    wasmKernel(MEMORY_FLOATS) ?? javascriptKernel(MEMORY_FLOATS),
  ));
}

/** Lays the file's weights into a kernel's memory, as integers; for a kernel of one's own choice (tests, bench). */
export function readWeights(file: Uint8Array, kernel: Kernel): SileroWeights {
  const magic = new TextDecoder('latin1').decode(file.subarray(0, WEIGHTS_MAGIC.length));
  const expectedBytes = WEIGHTS_MAGIC.length + 4 * WEIGHT_FLOATS;
  if (magic !== WEIGHTS_MAGIC || file.length !== expectedBytes) {
    throw new Error(
      `silero-v5-8k.bin is not the weights this version needs (${file.length} bytes, expected ${expectedBytes}): ` +
        'restore it from the repository, or make it anew with scripts/extract-silero-weights.ts',
    );
  }
  const view = new DataView(file.buffer, file.byteOffset + WEIGHTS_MAGIC.length);
  const valueAt = (index: number) => view.getFloat32(4 * index, true);
  const copy = (from: number, to: number, count: number) => {
    for (let i = 0; i < count; i++) kernel.floats[to + i] = valueAt(from + i);
  };
  for (const layer of LAYERS) {
    const { stored, most } = layer;
    layMatrix(kernel, layer, stored.cols, most, (row, col) => valueAt(storedIndex(stored, row, col)));
    copy(stored.bias, layer.bias, stored.rows);
  }
  copy(OUT_WEIGHTS_STORED, OUT_WEIGHTS, HIDDEN);
  copy(OUT_BIAS_STORED, OUT_BIAS, 1);
  return { kernel };
}

/** The bytes of silero-v5-8k.bin, for tests and bench. */
export function readWeightsFile(): Uint8Array {
  return readFileSync(FILE);
}
