import type { TraceStep } from '../../../engine/contract/call-trace.ts';

/** How often the step follows the sound. */
const FOLLOW_MS = 50;

/** The step that the machine had come to at a moment of the recording; undefined where nobody answered. */
export function stepAt(steps: readonly TraceStep[], soundMs: number): number | undefined {
  const answeredMs = answeredAt(steps);
  if (answeredMs === undefined) return undefined;
  return steps.findLastIndex(({ ms }) => ms <= answeredMs + soundMs);
}

/** Where on the recording a step was taken, ms. */
export function soundOf(steps: readonly TraceStep[], at: number): number {
  return Math.max(0, (steps[at]?.ms ?? 0) - (answeredAt(steps) ?? 0));
}

function answeredAt(steps: readonly TraceStep[]): number | undefined {
  return steps.find(({ type }) => type === 'line.answered')?.ms;
}

/**
 * A recording played in the page. It is decoded here, not given to an audio element: that could send no key, and the
 * page's policy refuses sound from elsewhere.
 */
export class CallSound {
  readonly #context = new AudioContext();
  readonly #buffer: AudioBuffer;
  #source: AudioBufferSourceNode | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  private constructor(buffer: AudioBuffer) {
    this.#buffer = buffer;
  }

  /** Rejects where the file is no sound. */
  static async of(wav: ArrayBuffer): Promise<CallSound> {
    const context = new OfflineAudioContext(1, 1, 48_000);
    return new CallSound(await context.decodeAudioData(wav));
  }

  /** Plays from there; `onMs` hears where it is, `onEnd` that it has ended by itself. */
  play(fromMs: number, onMs: (ms: number) => void, onEnd: () => void): void {
    this.stop();
    const source = this.#context.createBufferSource();
    source.buffer = this.#buffer;
    source.connect(this.#context.destination);
    const beganSec = this.#context.currentTime;
    source.onended = () => {
      if (this.#source !== source) return;
      this.stop();
      onEnd();
    };
    void this.#context.resume();
    source.start(0, fromMs / 1000);
    this.#source = source;
    this.#timer = setInterval(() => onMs(fromMs + (this.#context.currentTime - beganSec) * 1000), FOLLOW_MS);
  }

  /** Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
    const source = this.#source;
    this.#source = undefined;
    source?.stop();
  }

  close(): void {
    this.stop();
    void this.#context.close();
  }
}
