import type { Levels } from './page-call.ts';

/** Speech has an RMS of about 0.05 to 0.2; quieter is background. */
const QUIETEST = 0.004;
const LOUDEST = 0.25;

/** 0…1 on a scale that ears share: logarithmic. */
export function meterOf(level: number): number {
  if (level <= QUIETEST) return 0;
  return Math.min(1, Math.log(level / QUIETEST) / Math.log(LOUDEST / QUIETEST));
}

/** Keeps `--microphone` and `--assistant` of an element at the levels, until it is stopped. */
export function showLevels(element: HTMLElement, levels: () => Levels): () => void {
  let frame = 0;
  const draw = (): void => {
    const { microphone, assistant } = levels();
    element.style.setProperty('--microphone', meterOf(microphone).toFixed(2));
    element.style.setProperty('--assistant', meterOf(assistant).toFixed(2));
    frame = requestAnimationFrame(draw);
  };
  draw();
  return () => cancelAnimationFrame(frame);
}
