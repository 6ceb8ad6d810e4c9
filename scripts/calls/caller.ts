import { muLawDecode } from '../../engine/media/g711.ts';
import { FRAME_MS } from '../../engine/ports/clock.ts';

/** A prompt cut into μ-law frames of 20 ms. */
export interface CallerTurn {
  readonly frames: readonly Uint8Array[];
  /** From the prompt's beginning to the end of its last voiced sample. */
  readonly voicedEndMs: number;
}

/** What a caller noticed. */
export type CallerNote =
  | { readonly type: 'gap'; readonly gapMs: number }
  /** A reply began while he was speaking, and the call went on. */
  | { readonly type: 'early' }
  | { readonly type: 'unanswered' };

/** Quieter than −46 dBFS is no speech: the same line is drawn in call/utterance.ts. */
const AUDIBLE = 164;
const SAMPLES_PER_MS = 8;
/** The assistant has finished when nothing was heard of him for so long. */
const QUIET_MS = 1_000;
/** Nobody answers: the caller tries his next words. */
const PATIENCE_MS = 10_000;

const IS_AUDIBLE = Uint8Array.from(
  muLawDecode(Uint8Array.from({ length: 256 }, (_, code) => code)),
  (sample) => (Math.abs(sample) > AUDIBLE ? 1 : 0),
);
const SILENCE = new Uint8Array(FRAME_MS * SAMPLES_PER_MS).fill(0xff);

/** The first audible sample of a μ-law payload, or undefined. */
export function firstAudible(payload: Uint8Array): number | undefined {
  for (let i = 0; i < payload.length; i++) if (IS_AUDIBLE[payload[i]!] === 1) return i;
  return undefined;
}

/**
 * Somebody who speaks a prompt whenever the assistant has finished, without end. Pure and cheap: nothing is decoded,
 * and every frame he sends was made before.
 */
export class Caller {
  readonly #turns: readonly CallerTurn[];
  readonly #reactionMs: number;
  readonly #note: (note: CallerNote) => void;
  #next: number;
  #speaking: { readonly turn: CallerTurn; frame: number } | undefined;
  /** When the last voiced sample of the words just spoken left; undefined: they are answered, or not yet spoken. */
  #spokenMs: number | undefined;
  /** When the assistant was last heard; undefined: he has not begun. */
  #heardMs: number | undefined;
  #early = false;

  /** `reactionMs`: from noticing that the assistant has finished to the first word. */
  constructor(
    turns: readonly CallerTurn[],
    start: {
      readonly first: number;
      readonly reactionMs: number;
      readonly note: (note: CallerNote) => void;
    },
  ) {
    this.#turns = turns;
    this.#next = start.first;
    this.#reactionMs = start.reactionMs;
    this.#note = start.note;
  }

  /** A packet's payload has come. */
  hear(payload: Uint8Array, nowMs: number): void {
    const at = firstAudible(payload);
    if (at === undefined) return;
    if (this.#spokenMs !== undefined) {
      if (!this.#early) this.#note({ type: 'gap', gapMs: nowMs + at / SAMPLES_PER_MS - this.#spokenMs });
      this.#spokenMs = undefined;
    } else if (this.#speaking !== undefined && this.#isNew(nowMs)) this.#early = true;
    this.#heardMs = nowMs;
  }

  /** The 20 ms to send now. */
  beat(nowMs: number): Uint8Array {
    if (this.#speaking === undefined && this.#isHisTurn(nowMs)) this.#begin();
    const speaking = this.#speaking;
    if (speaking === undefined) return SILENCE;
    const { turn, frame } = speaking;
    const fromMs = frame * FRAME_MS;
    if (turn.voicedEndMs > fromMs && turn.voicedEndMs <= fromMs + FRAME_MS && !this.#early)
      this.#spokenMs = nowMs + turn.voicedEndMs - fromMs;
    speaking.frame += 1;
    if (speaking.frame >= turn.frames.length) this.#speaking = undefined;
    return turn.frames[frame] ?? SILENCE;
  }

  #isHisTurn(nowMs: number): boolean {
    if (this.#spokenMs !== undefined) {
      if (nowMs - this.#spokenMs < PATIENCE_MS) return false;
      this.#note({ type: 'unanswered' });
      return true;
    }
    return this.#heardMs !== undefined && nowMs - this.#heardMs >= QUIET_MS + this.#reactionMs;
  }

  #begin(): void {
    // Not noted before he speaks again: what interrupts him last of all is the goodbye of a call whose time is up.
    if (this.#early) this.#note({ type: 'early' });
    this.#speaking = { turn: this.#turns[this.#next % this.#turns.length]!, frame: 0 };
    this.#next += 1;
    this.#spokenMs = undefined;
    this.#early = false;
  }

  #isNew(nowMs: number): boolean {
    return this.#heardMs === undefined || nowMs - this.#heardMs >= QUIET_MS;
  }
}
