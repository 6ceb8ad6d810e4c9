/**
 * Where everything lies in the one block of float32 memory the network works in. Weights first, exactly as in
 * silero-v5-8k.bin, then scratch. Every layer is a dense matrix times a contiguous slice of the layer before:
 * the feature maps are kept time-major, so that a convolution of width 3 reads 3 · channels neighbours.
 *
 * A matrix of rows × cols is stored in bands of 32 rows, column by column inside the band:
 * `at[band][col][row % 32]`. One input value then meets 32 neighbouring weights: eight SIMD registers.
 */
export const BAND_ROWS = 32;

interface Dense {
  readonly rows: number;
  readonly cols: number;
  /** Index of the first weight, in floats. */
  readonly weights: number;
  /** Index of the first bias, in floats. */
  readonly bias: number;
}

let next = 0;
function take(floats: number): number {
  const at = next;
  next += Math.ceil(floats / 4) * 4; // 16-byte alignment for SIMD loads
  return at;
}
function dense(rows: number, cols: number): Dense {
  return { rows, cols, weights: take(rows * cols), bias: take(rows) };
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
export const STFT = dense(128, STFT_FRAME);
export const CONV1 = dense(128, 3 * BINS);
export const CONV2 = dense(64, 3 * 128);
/** Its input has two time steps and a zero before them: only the two right taps ever meet anything. */
export const CONV3 = dense(64, 2 * 64);
/** Its input has one time step between zeros: only the middle tap counts. */
export const CONV4 = dense(HIDDEN, 64);
/** Gates i, f, g, o over [features | h], biases of both added up. */
export const LSTM = dense(4 * HIDDEN, HIDDEN + HIDDEN);
export const OUT_WEIGHTS = take(HIDDEN);
export const OUT_BIAS = take(1);
/** Floats in the weights file. */
export const WEIGHT_FLOATS = next;

export const INPUT_AT = take(INPUT_SAMPLES);
export const SPECTRUM_AT = take(STFT.rows);
/** A zero row, four time steps of BINS magnitudes, a zero row. */
export const MAGNITUDE_AT = take((STFT_FRAMES + 2) * BINS);
/** A zero row, then four time steps of 128. */
export const CONV1_AT = take((STFT_FRAMES + 1) * CONV1.rows);
export const CONV2_AT = take(2 * CONV2.rows);
export const CONV3_AT = take(CONV3.rows);
/** [features | h] */
export const LSTM_IN_AT = take(LSTM.cols);
export const GATES_AT = take(LSTM.rows);
export const MEMORY_FLOATS = next;

/** First bytes of the weights file. */
export const WEIGHTS_MAGIC = 'HALO-SILERO-8K-1';

/** Index of one weight inside its matrix's stored form. */
export function bandIndex(layer: Dense, row: number, col: number): number {
  const band = Math.floor(row / BAND_ROWS);
  return layer.weights + (band * layer.cols + col) * BAND_ROWS + (row % BAND_ROWS);
}

export type { Dense };
