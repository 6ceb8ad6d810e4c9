import { BAND_ROWS, type Matrix } from './silero-kernel.ts';

/**
 * Where everything lies: the weights in silero-v5-8k.bin, and weights and scratch in the one block of memory the network
 * works in. Every layer is a dense matrix times a contiguous slice of the layer before: the feature maps are kept
 * time-major, so that a convolution of width 3 reads 3 · channels neighbours.
 *
 * The file has float32; a matrix of rows × cols is stored in bands of 32 rows, column by column inside the band:
 * `at[band][col][row % 32]`, its biases after it. In memory it is a `Matrix` of 16-bit integers.
 */

/** A layer's place in the file; indices in floats. */
interface Stored {
  readonly rows: number;
  readonly cols: number;
  readonly weights: number;
  readonly bias: number;
}

interface Dense extends Matrix {
  readonly stored: Stored;
  /** The largest input, as an integer. */
  readonly most: number;
}

let stored = 0;
function takeStored(floats: number): number {
  const at = stored;
  stored += Math.ceil(floats / 4) * 4;
  return at;
}
let next = 0;
/** Index of so many floats in memory, aligned to 16 bytes for SIMD loads. */
function take(floats: number): number {
  const at = next;
  next += Math.ceil(floats / 4) * 4;
  return at;
}
/** Index of so many 16-bit integers in memory, aligned likewise. */
function takeInts(ints: number): number {
  return 2 * take(Math.ceil(ints / 2));
}

/** Sound is 16 bits wide as it comes. */
const MOST_SAMPLE = 32_768;
/** What lies between the layers gets 13 bits and a sign, so that their weights have as many. */
export const MOST_BETWEEN = 8_191;

function dense(rows: number, cols: number, most = MOST_BETWEEN): Dense {
  const pairs = Math.ceil(cols / 2);
  const file = { rows, cols, weights: takeStored(rows * cols), bias: takeStored(rows) };
  const memory = { weights: takeInts(rows * pairs * 2), scale: take(rows), bias: take(rows) };
  return { rows, pairs, most, ...memory, stored: file };
}

/** New samples a window; before them come the last 32 of the window before. */
export const WINDOW_SAMPLES = 256;
export const CONTEXT_SAMPLES = 32;
/** Context + window + 32 mirrored samples: four STFT frames of 128, 64 apart. */
export const INPUT_SAMPLES = CONTEXT_SAMPLES + WINDOW_SAMPLES + 32;
export const STFT_FRAME = 128;
export const STFT_HOP = 64;
export const STFT_FRAMES = 4;
/** Frequency bins: 0 … 4 kHz in steps of 62.5 Hz. */
export const BINS = 65;
/** Width of the LSTM. */
export const HIDDEN = 128;

/** Rows 0…64 are the cosine parts of bins 0…64, rows 65…127 the sine parts of bins 1…63 (0 and 64 have none). */
export const STFT = dense(128, STFT_FRAME, MOST_SAMPLE);
export const CONV1 = dense(128, 3 * BINS);
export const CONV2 = dense(64, 3 * 128);
/** Its input has two time steps and a zero before them: only the two right taps ever meet anything. */
export const CONV3 = dense(64, 2 * 64);
/** Its input has one time step between zeros: only the middle tap counts. */
export const CONV4 = dense(HIDDEN, 64);
/** Gates i, f, g, o over [features | h], biases of both added up. */
export const LSTM = dense(4 * HIDDEN, HIDDEN + HIDDEN);
export const LAYERS: readonly Dense[] = [STFT, CONV1, CONV2, CONV3, CONV4, LSTM];
export const OUT_WEIGHTS_STORED = takeStored(HIDDEN);
export const OUT_BIAS_STORED = takeStored(1);
/** Floats in the weights file. */
export const WEIGHT_FLOATS = stored;

export const OUT_WEIGHTS = take(HIDDEN);
export const OUT_BIAS = take(1);
/** What one layer gives the next: first as floats, then as integers of one unit. */
interface Between {
  readonly floats: number;
  readonly ints: number;
  /** A multiple of 8. */
  readonly count: number;
}
function between(count: number): Between {
  const whole = Math.ceil(count / 8) * 8;
  return { floats: take(whole), ints: takeInts(whole), count: whole };
}
/** Sound as it came, in integers. */
export const INPUT_AT = takeInts(INPUT_SAMPLES);
export const SPECTRUM_AT = take(STFT.rows);
/** A zero row, four time steps of BINS magnitudes, a zero row. */
export const MAGNITUDES = between((STFT_FRAMES + 2) * BINS);
/** A zero row, then four time steps of 128. */
export const CONV1_OUT = between((STFT_FRAMES + 1) * CONV1.rows);
export const CONV2_OUT = between(2 * CONV2.rows);
export const CONV3_OUT = between(CONV3.rows);
/** [features | h] */
export const LSTM_IN = between(2 * HIDDEN);
export const GATES_AT = take(LSTM.rows);
export const MEMORY_FLOATS = next;

/** First bytes of the weights file. */
export const WEIGHTS_MAGIC = 'HALO-SILERO-8K-1';

/** Index of one weight in the file. */
export function storedIndex({ cols, weights }: Stored, row: number, col: number): number {
  const band = Math.floor(row / BAND_ROWS);
  return weights + (band * cols + col) * BAND_ROWS + (row % BAND_ROWS);
}

export type { Between, Dense, Stored };
