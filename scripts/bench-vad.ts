/**
 * What voice activity detection costs: `npx tsx scripts/bench-vad.ts [seconds of sound, default 60]`.
 * Each kernel runs over the test clip again and again; the same clip decoded from μ-law is the yardstick, so that
 * figures from machines of different speed can be compared.
 */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { muLawDecode } from '../engine/media/g711.ts';
import { javascriptKernel, wasmKernel, type Kernel } from '../engine/media/silero-kernel.ts';
import { MEMORY_FLOATS, WINDOW_SAMPLES } from '../engine/media/silero-layout.ts';
import { SileroVad } from '../engine/media/silero-vad.ts';
import { readWeights, readWeightsFile } from '../engine/media/silero-weights.ts';
import { TurnDetector } from '../engine/media/turn-detector.ts';

const WINDOW_MS = WINDOW_SAMPLES / 8;
const seconds = Number(process.argv[2] ?? 60);
const clip = new Int16Array(
  Uint8Array.from(readFileSync(new URL('../engine/media/fixtures/speech-8k.s16', import.meta.url))).buffer,
);
const windows = Math.ceil((seconds * 8000) / WINDOW_SAMPLES);

/** Microseconds of each call of `work`, sorted; the first 500 calls warm up and do not count. */
function time(work: (window: Int16Array) => void): Float64Array {
  const us: number[] = [];
  for (let w = -500; w < windows; w++) {
    const from = ((w + 500) * WINDOW_SAMPLES) % (clip.length - WINDOW_SAMPLES);
    const window = clip.subarray(from, from + WINDOW_SAMPLES);
    const t = performance.now();
    work(window);
    if (w >= 0) us.push((performance.now() - t) * 1000);
  }
  return Float64Array.from(us).sort();
}

const at = (sorted: Float64Array, q: number) => sorted[Math.floor(q * (sorted.length - 1))]!;
const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;

const ulaw = Uint8Array.from({ length: WINDOW_SAMPLES }, (_, i) => (i * 37) & 0xff);
const decode = time(() => {
  // 100 times a measurement: one decode is near the clock's resolution.
  for (let r = 0; r < 100; r++) muLawDecode(ulaw);
});
const decodeUs = at(decode, 0.5) / 100;
console.log(`μ-law decode of a window: ${decodeUs.toFixed(2)} µs`);

function report(label: string, us: Float64Array): void {
  const [p50, p99] = [at(us, 0.5), at(us, 0.99)];
  const core = mean(us) / (WINDOW_MS * 1000);
  console.log(
    `${label}: p50 ${p50.toFixed(1)} µs, p99 ${p99.toFixed(1)} µs a ${WINDOW_MS} ms window; ` +
      `${(100 * core).toFixed(2)} % of a core a call; ${(p50 / decodeUs).toFixed(0)} × μ-law decode`,
  );
}

const file = readWeightsFile();
const kernels: (Kernel | undefined)[] = [javascriptKernel(MEMORY_FLOATS), wasmKernel(MEMORY_FLOATS)];
for (const kernel of kernels) {
  if (kernel === undefined) continue;
  const weights = readWeights(file, kernel);
  const vad = new SileroVad(weights);
  report(
    `Silero, ${kernel.kind}`,
    time((window) => vad.push(window)),
  );
  const turns = new TurnDetector(new SileroVad(weights));
  report(
    `turn detector over it, ${kernel.kind}`,
    time((window) => turns.push(window)),
  );
  const calls = Array.from({ length: 100 }, () => new SileroVad(weights));
  let call = 0;
  report(
    `100 calls in turn, ${kernel.kind}`,
    time((window) => calls[call++ % 100]!.push(window)),
  );
}
