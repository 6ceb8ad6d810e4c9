import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN_BYTES = 24;

interface Issued {
  readonly digest: Buffer;
  readonly untilMs: number;
}

/** One word that opens one thing once, within a time: the latest that was issued. Nothing of it is kept but its hash. */
export class OneTimeToken {
  readonly #now: () => number;
  readonly #prefix: string;
  #issued: Issued | undefined;
  #redeemed: Issued | undefined;

  /** `now`: monotonic milliseconds. `prefix`: each token begins with it, URL-safe; no secret. */
  constructor(now: () => number, prefix = '') {
    this.#now = now;
    this.#prefix = prefix;
  }

  /** URL-safe. The one that was issued before is void. */
  issue(forMs: number): string {
    const token = `${this.#prefix}${randomBytes(TOKEN_BYTES).toString('base64url')}`;
    this.#issued = { digest: digestOf(token), untilMs: this.#now() + forMs };
    return token;
  }

  /** True once. A wrong word changes nothing: guessing costs the right one nothing. */
  redeem(token: string): boolean {
    const issued = this.#issued;
    if (issued === undefined || !timingSafeEqual(digestOf(token), issued.digest)) return false;
    this.#issued = undefined;
    this.#redeemed = issued;
    return this.#now() <= issued.untilMs;
  }

  /** What it opened was not given after all: the same word is good again, for the rest of its time. */
  restore(): void {
    this.#issued ??= this.#redeemed;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
