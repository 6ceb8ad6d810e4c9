import type { EnergyTrack } from './turn-detector-energy.ts';

/** Edges are sought no farther from where the detector heard the voice. */
const EDGE_SEARCH_SAMPLES = 8 * 240;
/** The noise before a voice is measured over this stretch, which ends a little before it. */
const NOISE_SAMPLES = 8 * 600;
const NOISE_GUARD_SAMPLES = 8 * 60;
/** What follows a voice so closely may be its own soft end; beyond it is the line's noise. */
const TAIL_SAMPLES = 8 * 120;

/** A voice whose edge is sought: the windows that had it, and its loudest hop as a mean square. */
export interface HeardVoice {
  readonly heardFrom: number;
  readonly heardTo: number;
  readonly peak: number;
}

/** Mean square of the line's noise before a voice, heard up to `now`; nothing before `taken` counts. */
export function noiseBefore(energy: EnergyTrack, voice: HeardVoice, taken: number, now: number): number {
  const { heardFrom } = voice;
  const quietFrom = Math.max(taken, heardFrom - NOISE_SAMPLES);
  // Where the voice came with the first sound of the line, its own softest hops stand for the noise.
  return (
    energy.quantile(quietFrom, heardFrom - NOISE_GUARD_SAMPLES, 0.5) ??
    energy.quantile(quietFrom, now, 0.1) ??
    0
  );
}

/** The first voiced sample, no earlier than `taken`. */
export function startOf(
  energy: EnergyTrack,
  voice: HeardVoice,
  noise: number,
  taken: number,
  now: number,
): number {
  const { heardFrom, peak } = voice;
  const earliest = Math.max(taken, heardFrom - EDGE_SEARCH_SAMPLES);
  return energy.startNear(heardFrom, { noise, peak }, earliest, now);
}

/** The sample after the last voiced one, as far as it can be known by `now`; not before `start`. */
export function endOf(
  energy: EnergyTrack,
  voice: HeardVoice,
  noise: number,
  start: number,
  now: number,
): number {
  const { heardTo, peak } = voice;
  const after = now - heardTo >= TAIL_SAMPLES ? energy.quantile(heardTo, now, 0.5) : undefined;
  return energy.endNear(
    heardTo,
    { noise: after ?? noise, peak },
    Math.max(start, heardTo - EDGE_SEARCH_SAMPLES),
    Math.min(now, heardTo + EDGE_SEARCH_SAMPLES),
  );
}
