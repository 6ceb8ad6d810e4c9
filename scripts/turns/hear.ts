import type { TurnDetectorOptions } from '../../engine/media/turn-detector-options.ts';
import { TurnDetector, type TurnEvent } from '../../engine/media/turn-detector.ts';
import type { Vad, VadFrame } from '../../engine/media/vad.ts';
import type { LineFrame } from './lines.ts';

/** What was made of a sound. */
export interface Heard {
  readonly events: readonly TurnEvent[];
  readonly windows: readonly VadFrame[];
}

/** Runs a fresh detector over a line. */
export function hear(vad: Vad, frames: readonly LineFrame[], options?: TurnDetectorOptions): Heard {
  const windows: VadFrame[] = [];
  const listening: Vad = {
    push(samples) {
      const told = vad.push(samples);
      windows.push(...told);
      return told;
    },
    reset: () => vad.reset(),
  };
  const detector = new TurnDetector(listening, options);
  const events = frames.flatMap(({ samples, concealed }) => detector.push(samples, { concealed }));
  return { events: [...events, ...detector.flush()], windows };
}

/** Does the sound over the line's own noise start, sustain and end a turn? */
export function outcome(events: readonly TurnEvent[]) {
  const some = (type: TurnEvent['type']) => events.some((event) => event.type === type);
  return {
    started: some('speech.started'),
    sustained: some('speech.sustained'),
    ended: some('turn.ended'),
  };
}
