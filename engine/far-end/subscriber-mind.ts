/** What a person at the far end is going to do, one step after each time the assistant has finished. */
export type SubscriberStep =
  | { readonly do: 'say'; readonly pcm: Int16Array }
  /** Begins to speak and hangs up in the middle; `share` of the line is heard. */
  | { readonly do: 'hangUpMidLine'; readonly pcm: Int16Array; readonly share: number };

export interface SubscriberScript {
  readonly steps: readonly SubscriberStep[];
  /** From the assistant's last word to the person's first, besides the time it takes to notice the end. */
  readonly reactionMs: number;
  /** When the steps are used up and the assistant finishes once more: hangs up after this long. */
  readonly patienceMs: number;
}

/** What the subscriber does in a frame. */
export type SubscriberFrame = { readonly speak: Int16Array } | { readonly hangUp: true };

const FRAME_MS = 20;
const FRAME_SAMPLES = 160;
/** −46 dBFS RMS: the synthesisers' pauses are far below, their words far above. */
const VOICED_RMS = 164;
/** The assistant has finished when it was heard this long and has been quiet this long. */
const HEARD_MS = 300;
const QUIET_MS = 900;
/** Nobody says anything: people hang up. */
const DEAD_LINE_MS = 30_000;

/** A person who listens until the assistant has finished, then speaks his next line. Pure: a frame in, a frame out. */
export class SubscriberMind {
  readonly #script: SubscriberScript;
  #next = 0;
  #speaking:
    | { readonly pcm: Int16Array; at: number; readonly until: number; readonly thenHangUp: boolean }
    | undefined;
  #heardMs = 0;
  #quietMs = 0;
  #deadMs = 0;

  constructor(script: SubscriberScript) {
    this.#script = script;
  }

  /** One beat: what the person hears in it, and what he does. */
  beat(heard: Int16Array): SubscriberFrame {
    this.#listen(heard);
    if (this.#speaking === undefined && this.#isHisTurn()) {
      const step = this.#script.steps[this.#next];
      if (step === undefined) return { hangUp: true };
      this.#next += 1;
      const until = step.do === 'say' ? step.pcm.length : Math.round(step.pcm.length * step.share);
      this.#speaking = { pcm: step.pcm, at: 0, until, thenHangUp: step.do === 'hangUpMidLine' };
    }
    if (this.#deadMs > DEAD_LINE_MS) return { hangUp: true };
    return this.#speak();
  }

  #listen(heard: Int16Array): void {
    const power = heard.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, heard.length);
    if (power > VOICED_RMS ** 2) {
      this.#heardMs += FRAME_MS;
      this.#quietMs = 0;
      this.#deadMs = 0;
    } else {
      this.#quietMs += FRAME_MS;
      this.#deadMs += FRAME_MS;
    }
  }

  #isHisTurn(): boolean {
    const { reactionMs, patienceMs, steps } = this.#script;
    const waitMs = this.#next < steps.length ? reactionMs : patienceMs;
    return this.#heardMs >= HEARD_MS && this.#quietMs >= QUIET_MS + waitMs;
  }

  #speak(): SubscriberFrame {
    const frame = new Int16Array(FRAME_SAMPLES);
    const line = this.#speaking;
    if (line === undefined) return { speak: frame };
    frame.set(line.pcm.subarray(line.at, Math.min(line.at + FRAME_SAMPLES, line.until)));
    line.at += FRAME_SAMPLES;
    if (line.at < line.until) return { speak: frame };
    this.#speaking = undefined;
    this.#heardMs = 0;
    this.#quietMs = 0;
    this.#deadMs = 0;
    return line.thenHangUp ? { hangUp: true } : { speak: frame };
  }
}
