import { meterOf } from '../../ui/meter.ts';
import type { Levels } from './page-call.ts';

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
