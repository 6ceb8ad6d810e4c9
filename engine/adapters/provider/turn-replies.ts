import { muLawDecode } from '../../media/g711.ts';
import { writeWav } from '../../media/wav.ts';
import type { Clock } from '../../ports/clock.ts';
import { OneTimeToken } from './one-time-token.ts';

/** −46 dBFS RMS, as the virtual subscribers hear it (far-end/subscriber-mind.ts). */
const VOICED_RMS = 164;
/** The assistant has finished when he has been quiet for so long: 1.2 s, more than any pause between his sentences. */
const QUIET_FRAMES = 60;
/** Of which so much stays in the answer. */
const TAIL_FRAMES = 10;
const MAX_FRAMES = 60 * 50;
/** Answers that were never fetched. */
const KEPT = 4;
const LINK_MS = 120_000;
const WAIT_MS = 25_000;
const RATE_HZ = 8000;

export type Taken =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'said'; readonly wav: Uint8Array };

interface Reply {
  readonly number: number;
  readonly token: OneTimeToken;
  readonly frames: Uint8Array[];
  quietFrames: number;
  finished: boolean;
}

/**
 * V4.3's second way: who posts the caller's sound in pieces gets the assistant's answer as a file. An answer is what
 * the assistant says from the last piece on until he is quiet; what he says while nobody asked is not kept.
 */
export class TurnReplies {
  readonly #clock: Clock;
  readonly #replies: Reply[] = [];
  readonly #waiting = new Set<() => void>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A piece came in. Pieces that follow each other before the answer share it; `token` opens it once. */
  expect(): { readonly reply: number; readonly token: string } {
    const last = this.#replies.at(-1);
    const reply = last === undefined || last.finished ? this.#begin() : last;
    return { reply: reply.number, token: reply.token.issue(LINK_MS) };
  }

  /** One frame of the assistant's, μ-law. */
  hear(frame: Uint8Array): void {
    const reply = this.#replies.at(-1);
    if (reply === undefined || reply.finished) return;
    const voiced = isVoiced(frame);
    if (!voiced && reply.frames.length === 0) return;
    reply.frames.push(frame);
    reply.quietFrames = voiced ? 0 : reply.quietFrames + 1;
    if (reply.quietFrames >= QUIET_FRAMES || reply.frames.length >= MAX_FRAMES) this.#finish(reply);
  }

  /** Nothing more will be said; the last words can still be fetched. */
  end(): void {
    const reply = this.#replies.at(-1);
    if (reply === undefined) return;
    this.#replies.splice(0, this.#replies.length - 1);
    this.#finish(reply);
  }

  /** Waits a while for the answer to be finished. Given once. */
  async take(number: number, token: string, signal: AbortSignal): Promise<Taken> {
    const reply = this.#replies.find((one) => one.number === number);
    if (reply === undefined) return { kind: 'unknown' };
    if (!reply.token.redeem(token)) return { kind: 'unknown' };
    await this.#finished(reply, signal);
    if (!reply.finished || signal.aborted) {
      // The word was good: it must be so again.
      reply.token.restore();
      return { kind: 'unfinished' };
    }
    this.#replies.splice(this.#replies.indexOf(reply), 1);
    return { kind: 'said', wav: wavOf(reply) };
  }

  #begin(): Reply {
    this.#count += 1;
    const reply: Reply = {
      number: this.#count,
      token: new OneTimeToken(() => this.#clock.now()),
      frames: [],
      quietFrames: 0,
      finished: false,
    };
    this.#replies.push(reply);
    if (this.#replies.length > KEPT) this.#replies.shift();
    return reply;
  }

  #finish(reply: Reply): void {
    reply.finished = true;
    for (const wake of [...this.#waiting]) wake();
  }

  #finished(reply: Reply, signal: AbortSignal): Promise<void> {
    if (reply.finished || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#clock.clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#waiting.delete(wake);
        resolve();
      };
      const wake = () => {
        if (reply.finished) done();
      };
      const timer = this.#clock.setTimeout(done, WAIT_MS);
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.add(wake);
    });
  }
}

function isVoiced(frame: Uint8Array): boolean {
  const samples = muLawDecode(frame);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  return power > VOICED_RMS ** 2;
}

function wavOf({ frames, quietFrames }: Reply): Uint8Array {
  const heard = frames.slice(0, frames.length - Math.max(0, quietFrames - TAIL_FRAMES));
  return writeWav(RATE_HZ, [muLawDecode(Buffer.concat(heard))]);
}
