import { performance } from 'node:perf_hooks';
import { TurnDetector } from '../../engine/media/turn-detector.ts';
import type { Vad } from '../../engine/media/vad.ts';
import { Voicing } from '../../engine/media/voicing.ts';

const WINDOW = 256;
const WARM_UP = 500;
const WINDOWS = 3000;

/** Median µs a window of 32 ms over speech: the detector of voice, all of the turn detector, one measure of voicing. */
export function measureCost(speech: Int16Array, newVad: () => Vad) {
  const vad = newVad();
  const turns = new TurnDetector(newVad());
  const voicing = new Voicing();
  return {
    vadUs: median(speech, (window) => void vad.push(window)),
    turnsUs: median(speech, (window) => void turns.push(window)),
    voicingUs: median(speech, (window) => {
      voicing.push(window);
      voicing.measure();
    }),
  };
}

function median(speech: Int16Array, work: (window: Int16Array) => void): number {
  const us = Array.from({ length: WARM_UP + WINDOWS }, (_, w) => {
    const from = (w * WINDOW) % (speech.length - WINDOW);
    const window = speech.subarray(from, from + WINDOW);
    const began = performance.now();
    work(window);
    return (performance.now() - began) * 1000;
  });
  return us.slice(WARM_UP).sort((a, b) => a - b)[WINDOWS / 2]!;
}
