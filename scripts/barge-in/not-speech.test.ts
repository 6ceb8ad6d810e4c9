import { describe, expect, it } from 'vitest';
import { gatedSilero } from '../../engine/media/gated-vad.ts';
import { loadSileroWeights } from '../../engine/media/silero-weights.ts';
import { hear, outcome } from '../turns/hear.ts';
import { onLine, quietLine } from '../turns/lines.ts';
import { cough, noiseBurst } from '../turns/not-speech.ts';

/** What bench:barge-in and bench:turns measure at length, on a few sounds and without waiting. */
describe.each([
  ['coughs', cough],
  ['bursts of noise', noiseBurst],
])('%s over the assistant', (_, make) => {
  it('never take the floor', () => {
    const weights = loadSileroWeights();
    for (let seed = 1; seed <= 15; seed += 1) {
      const frames = quietLine(onLine(make(seed), 600, 1_200, seed));
      expect(outcome(hear(gatedSilero(weights), frames).events).sustained, `seed ${seed}`).toBe(false);
    }
  });
});
