import type { StepTime } from '../contract/call-plan.ts';

/** What a person at the far end is going to do; without `when` after the assistant has finished. */
export type SubscriberStep =
  | { readonly do: 'say'; readonly pcm: Int16Array; readonly when?: StepTime }
  | { readonly do: 'press'; readonly digits: string; readonly when?: StepTime }
  | { readonly do: 'pause'; readonly ms: number; readonly when?: StepTime }
  | { readonly do: 'hangUp'; readonly when?: StepTime }
  /** Begins to speak and hangs up in the middle; `share` of the line is heard. */
  | { readonly do: 'hangUpMidLine'; readonly pcm: Int16Array; readonly share: number };

export interface SubscriberScript {
  readonly steps: readonly SubscriberStep[];
  /** From the assistant's last word to the person's first, besides the time it takes to notice the end. */
  readonly reactionMs: number;
  /** When the steps are used up and the assistant finishes once more: hangs up after this long. */
  readonly patienceMs: number;
}

/** What the subscriber does in a frame; `press`: a key goes down in it. */
export type SubscriberFrame =
  | { readonly speak: Int16Array; readonly press?: string }
  | { readonly hangUp: true };

const FRAME_MS = 20;
const FRAME_SAMPLES = 160;
/** −46 dBFS RMS: the synthesisers' pauses are far below, their words far above. */
const VOICED_RMS = 164;
/** The assistant has finished when it was heard this long and has been quiet this long. */
const HEARD_MS = 300;
const QUIET_MS = 900;
/** Nobody says anything: people hang up. */
const DEAD_LINE_MS = 30_000;

/** Between two words of one utterance there is less; after so much the next word begins another. */
const BREATH_MS = 300;
const OVER_AND_OUT_MS = 700;
/** From one key to the next. */
const KEY_MS = 240;

/** A person who listens until his next step's time has come, and does it. Pure: a frame in, a frame out. */
export class SubscriberMind {
  readonly #script: SubscriberScript;
  #next = 0;
  #speaking:
    | { readonly pcm: Int16Array; at: number; readonly until: number; readonly thenHangUp: boolean }
    | undefined;
  /** Keys that are still to be pressed, and what he waits for before the next one or the next step. */
  #keys = '';
  #busyMs = 0;
  #heardMs = 0;
  #quietMs = 0;
  #deadMs = 0;
  #sinceAnswerMs = 0;
  #sinceStepMs = 0;
  /** Since the assistant's utterance began, or since the last step's end if he went on speaking. */
  #sinceHeardMs: number | undefined;

  constructor(script: SubscriberScript) {
    this.#script = script;
  }

  /** How many of his steps he has begun. */
  get begun(): number {
    return Math.min(this.#next, this.#script.steps.length);
  }

  /** One beat: what the person hears in it, and what he does. */
  beat(heard: Int16Array): SubscriberFrame {
    this.#listen(heard);
    const press = this.#go();
    if (press === 'hangUp' || this.#deadMs > DEAD_LINE_MS) return { hangUp: true };
    const frame = this.#speak();
    return 'hangUp' in frame || press === undefined ? frame : { ...frame, press };
  }

  #listen(heard: Int16Array): void {
    const power = heard.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, heard.length);
    const voiced = power > VOICED_RMS ** 2;
    if (this.#sinceHeardMs !== undefined) this.#sinceHeardMs += FRAME_MS;
    else if (voiced) this.#sinceHeardMs = 0;
    this.#sinceAnswerMs += FRAME_MS;
    this.#sinceStepMs += FRAME_MS;
    if (voiced) {
      this.#heardMs += FRAME_MS;
      this.#quietMs = 0;
      this.#deadMs = 0;
    } else {
      this.#quietMs += FRAME_MS;
      this.#deadMs += FRAME_MS;
      if (this.#quietMs >= OVER_AND_OUT_MS) this.#sinceHeardMs = undefined;
    }
  }

  /** Begins the next step if its time has come; a key that is pressed now. */
  #go(): string | undefined {
    if (this.#busyMs > 0) {
      this.#busyMs -= FRAME_MS;
      if (this.#busyMs > 0) return undefined;
      if (this.#keys !== '') return this.#press();
      this.#endStep();
    }
    if (this.#speaking !== undefined || !this.#isHisTurn()) return undefined;
    const step = this.#script.steps[this.#next];
    this.#next += 1;
    if (step === undefined) return 'hangUp';
    switch (step.do) {
      case 'hangUp':
        return 'hangUp';
      case 'pause':
        this.#busyMs = step.ms;
        return undefined;
      case 'press':
        this.#keys = step.digits;
        return this.#press();
      case 'say':
      case 'hangUpMidLine': {
        const until = step.do === 'say' ? step.pcm.length : Math.round(step.pcm.length * step.share);
        this.#speaking = { pcm: step.pcm, at: 0, until, thenHangUp: step.do === 'hangUpMidLine' };
        return undefined;
      }
    }
  }

  #press(): string | undefined {
    const key = this.#keys.slice(0, 1);
    this.#keys = this.#keys.slice(1);
    this.#busyMs = KEY_MS;
    return key === '' ? undefined : key;
  }

  #isHisTurn(): boolean {
    const { reactionMs, patienceMs, steps } = this.#script;
    const step = steps[this.#next];
    const when: StepTime = (step !== undefined && 'when' in step ? step.when : undefined) ?? {
      on: 'silence',
    };
    switch (when.on) {
      case 'silence': {
        const waitMs = step === undefined ? patienceMs : reactionMs + (when.ms ?? 0);
        return this.#heardMs >= HEARD_MS && this.#quietMs >= QUIET_MS + waitMs;
      }
      case 'over':
        return (this.#sinceHeardMs ?? -1) >= when.ms && this.#quietMs < BREATH_MS;
      case 'at':
        return this.#sinceAnswerMs >= when.ms;
      case 'after':
        return this.#sinceStepMs >= when.ms;
    }
  }

  #speak(): SubscriberFrame {
    const frame = new Int16Array(FRAME_SAMPLES);
    const line = this.#speaking;
    if (line === undefined) return { speak: frame };
    frame.set(line.pcm.subarray(line.at, Math.min(line.at + FRAME_SAMPLES, line.until)));
    line.at += FRAME_SAMPLES;
    if (line.at < line.until) return { speak: frame };
    this.#speaking = undefined;
    this.#endStep();
    // He has had his say: what he answers next must be new.
    this.#heardMs = 0;
    this.#quietMs = 0;
    this.#deadMs = 0;
    return line.thenHangUp ? { hangUp: true } : { speak: frame };
  }

  #endStep(): void {
    this.#sinceStepMs = 0;
    this.#sinceHeardMs = undefined;
  }
}
