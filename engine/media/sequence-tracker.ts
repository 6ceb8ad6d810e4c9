import { CounterExtender, SEQUENCE_MODULUS } from './sequence.ts';

export interface SequenceVerdict {
  /**
   * `next`: follows the highest directly. `ahead`: some are missing before it. `reordered`: an older one, for the
   * first time. `duplicate`: seen already. `jumped`: too far off, not taken. `restarted`: the second in a row at a
   * far place: numbering starts anew here.
   */
  readonly kind: 'next' | 'ahead' | 'reordered' | 'duplicate' | 'jumped' | 'restarted';
}

// RFC 3550 A.1.
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;
/** Slots that remember which of the newest numbers were seen; a power of two above MAX_MISORDER. */
const SLOTS = 256;

/** Judges the sequence numbers of one source and counts what is missing (RFC 3550 A.1 and A.3). */
export class SequenceTracker {
  #extender = new CounterExtender(SEQUENCE_MODULUS);
  #seen = new Float64Array(SLOTS).fill(NaN);
  #first = 0;
  #unique = 0;
  /** The number that would confirm a jump. */
  #awaited: number | undefined;
  #lostBefore = 0;

  accept(sequence: number): SequenceVerdict {
    const highest = this.#extender.highest;
    if (highest === undefined) {
      this.#begin(sequence);
      return { kind: 'next' };
    }
    const delta = this.#extender.peek(sequence) - highest;
    if (delta >= MAX_DROPOUT || delta < -MAX_MISORDER) {
      if (sequence !== this.#awaited) {
        this.#awaited = (sequence + 1) % SEQUENCE_MODULUS;
        return { kind: 'jumped' };
      }
      this.restart();
      this.#begin(sequence);
      return { kind: 'restarted' };
    }
    this.#awaited = undefined;
    const extended = this.#extender.extend(sequence);
    const slot = ((extended % SLOTS) + SLOTS) % SLOTS;
    if (this.#seen[slot] === extended) return { kind: 'duplicate' };
    this.#seen[slot] = extended;
    this.#unique += 1;
    if (extended < this.#first) this.#first = extended;
    if (delta < 0) return { kind: 'reordered' };
    return { kind: delta === 1 ? 'next' : 'ahead' };
  }

  /** Expected minus received (A.3); repeated packets count once, so it is never negative. */
  get lost(): number {
    return this.#lostBefore + this.#missing();
  }

  /** Forgets the numbering, keeps the count: a new source begins. */
  restart(): void {
    this.#lostBefore += this.#missing();
    this.#extender = new CounterExtender(SEQUENCE_MODULUS);
    this.#seen.fill(NaN);
    this.#unique = 0;
    this.#awaited = undefined;
  }

  #begin(sequence: number): void {
    const extended = this.#extender.extend(sequence);
    this.#seen[extended % SLOTS] = extended;
    this.#first = extended;
    this.#unique = 1;
  }

  #missing(): number {
    const highest = this.#extender.highest;
    return highest === undefined ? 0 : highest - this.#first + 1 - this.#unique;
  }
}
