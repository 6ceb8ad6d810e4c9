import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { javascriptKernel, wasmKernel } from './silero-kernel.ts';
import { MEMORY_FLOATS, WINDOW_SAMPLES } from './silero-layout.ts';
import { SileroVad } from './silero-vad.ts';
import { loadSileroWeights, readWeights, readWeightsFile } from './silero-weights.ts';

const fixture = (name: string) =>
  Uint8Array.from(readFileSync(new URL(`./fixtures/${name}`, import.meta.url))).buffer;
const speech = new Int16Array(fixture('speech-8k.s16'));
const expected = new Float32Array(fixture('speech-8k.probabilities.f32'));

/** Integers of 16 bits cost a thousandth. */
const NEAR = 2e-3;

const probabilities = (vad: SileroVad, samples: Int16Array) => vad.push(samples).map((f) => f.probability);

function worstDifference(got: readonly number[]): number {
  expect(got).toHaveLength(expected.length);
  return got.reduce((worst, p, i) => Math.max(worst, Math.abs(p - expected[i]!)), 0);
}

describe('SileroVad', () => {
  it('has a fixture worth comparing with: speech and silence', () => {
    expect(expected.filter((p) => p > 0.9).length).toBeGreaterThan(80);
    expect(expected.filter((p) => p < 0.1).length).toBeGreaterThan(50);
  });

  it('says what onnxruntime says, in plain JavaScript', () => {
    const weights = readWeights(readWeightsFile(), javascriptKernel(MEMORY_FLOATS));
    expect(worstDifference(probabilities(new SileroVad(weights), speech))).toBeLessThan(NEAR);
  });

  it('says what onnxruntime says, in SIMD', () => {
    const kernel = wasmKernel(MEMORY_FLOATS);
    // Node 20 and 24 have WebAssembly SIMD on every processor they support.
    expect(kernel).toBeDefined();
    const weights = readWeights(readWeightsFile(), kernel!);
    expect(worstDifference(probabilities(new SileroVad(weights), speech))).toBeLessThan(NEAR);
  });

  it('numbers windows by the samples pushed, in chunks of any size', () => {
    const whole = new SileroVad(loadSileroWeights()).push(speech.subarray(0, 8000));
    expect(whole.map((f) => f.endSample)).toEqual(whole.map((_, i) => (i + 1) * WINDOW_SAMPLES));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const vad = new SileroVad(loadSileroWeights());
        const frames = [];
        for (let at = 0, k = 0; at < 8000; k++) {
          const size = Math.min(sizes[k % sizes.length]! + (k % 7), 8000 - at);
          frames.push(...vad.push(speech.subarray(at, at + size)));
          at += size;
        }
        expect(frames).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps calls apart that share the weights', () => {
    const shared = loadSileroWeights();
    const [a, b] = [new SileroVad(shared), new SileroVad(shared)];
    const got: number[] = [];
    for (let at = 0; at + WINDOW_SAMPLES <= speech.length; at += WINDOW_SAMPLES) {
      got.push(...probabilities(a, speech.subarray(at, at + WINDOW_SAMPLES)));
      b.push(speech.subarray(speech.length - at - WINDOW_SAMPLES, speech.length - at));
    }
    expect(worstDifference(got)).toBeLessThan(NEAR);
  });

  it('starts anew after reset', () => {
    const vad = new SileroVad(loadSileroWeights());
    vad.push(speech.subarray(5000, 9100));
    vad.reset();
    const frames = vad.push(speech);
    expect(frames[0]!.endSample).toBe(WINDOW_SAMPLES);
    expect(worstDifference(frames.map((f) => f.probability))).toBeLessThan(NEAR);
  });

  it('stays in 0…1 for any sound', () => {
    fc.assert(
      fc.property(fc.int16Array({ minLength: 256, maxLength: 2048 }), (samples) => {
        for (const { probability } of new SileroVad(loadSileroWeights()).push(samples)) {
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('the weights', () => {
  it('are the ones that were extracted', () => {
    const sum = createHash('sha256').update(readWeightsFile()).digest('hex');
    expect(sum).toBe('36a8c1c2be555cf31f05e57fb60412b923c02227c3d60a997fa8a0e51fa54355');
  });

  it('are read once and shared', () => {
    expect(loadSileroWeights()).toBe(loadSileroWeights());
  });

  it('are refused when cut short or foreign, saying what to do', () => {
    const file = Uint8Array.from(readWeightsFile());
    const kernel = javascriptKernel(MEMORY_FLOATS);
    expect(() => readWeights(file.subarray(0, 5000), kernel)).toThrow(/restore it/);
    file[0] = 0;
    expect(() => readWeights(file, kernel)).toThrow(/extract-silero-weights/);
  });
});
