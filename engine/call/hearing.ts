import { EchoDetector } from '../media/echo-detector.ts';
import { FRAME_SAMPLES } from '../media/rtp-sender.ts';
import { TurnDetector, type TurnEvent } from '../media/turn-detector.ts';
import type { Vad } from '../media/vad.ts';

/** «Угу» and «алло» have up to 400 ms of voice; whoever speaks longer over the assistant takes the floor. */
const SUSTAINED_MS = 500;

const SILENCE = new Int16Array(FRAME_SAMPLES);

/**
 * What a call hears of the caller, frame by frame: our own echo is nobody's turn. The media path hears a live line with it, and
 * `replay-hearing.ts` a recording. Frames are of 20 ms, 160 samples at 8 kHz.
 */
export class Hearing {
  readonly #echo = new EchoDetector();
  readonly #detector: TurnDetector;

  /** `vad` belongs to it from now on and must be fresh. */
  constructor(vad: Vad) {
    this.#detector = new TurnDetector(vad, { sustainMs: SUSTAINED_MS });
  }

  /** The caller is in an open turn, and not in a pause of it. */
  get speaking(): boolean {
    return this.#detector.speaking;
  }

  /** `spoken` goes out and `heard` comes in on the same beat; `concealed`: what came in was made up. */
  hear(spoken: Int16Array, heard: Int16Array, concealed: boolean): readonly TurnEvent[] {
    this.#echo.sent(spoken);
    const { echo, residual } = this.#echo.judge(heard);
    return this.#detector.push(residual ?? (echo ? SILENCE : heard), { concealed });
  }

  /** TurnDetector's: the open turn ends after so much silence, until he goes on. */
  awaitEnd(turn: number, silenceMs: number): void {
    this.#detector.awaitEnd(turn, silenceMs);
  }

  /** The line has ended: ends a turn that is open. */
  flush(): readonly TurnEvent[] {
    return this.#detector.flush();
  }
}
