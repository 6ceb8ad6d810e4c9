import type { LineEnd } from './causes.ts';

/** What a leg tells its line. */
export interface LegListener {
  /** The person's channel is in our application. Resolves when it and our sound are in one bridge; rejects with AriError. */
  entered(channelId: string): Promise<unknown>;
  ringing(): void;
  /** The person is on the line. */
  up(): void;
  dtmf(digit: string): void;
  /** The leg is over from the other side, or could not be made; told at most once, and nothing after it. */
  ended(end: LineEnd): void;
}

/** The person's side of a line: how his channel comes about and how it ends. */
export interface Leg {
  start(): void;
  /** The channel of the person who is on the line; undefined before. */
  readonly channelId: string | undefined;
  /** Hangs up, if anything is there to hang up, and tells nothing any more. Idempotent, never rejects. */
  release(): Promise<void>;
}
