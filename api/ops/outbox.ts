/** Texts that several hands put in and one reader takes out, in order, all that there are at a time. */
export class Outbox {
  #texts: string[] = [];
  #wake: () => void = () => undefined;
  #closed = false;

  put(text: string): void {
    if (this.#closed) return;
    this.#texts.push(text);
    this.#wake();
  }

  /** What was put in before is still taken out. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }

  async *take(): AsyncGenerator<string, void> {
    while (!this.#closed || this.#texts.length > 0) {
      if (this.#texts.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
      const texts = this.#texts.splice(0);
      if (texts.length > 0) yield texts.join('');
    }
  }
}
