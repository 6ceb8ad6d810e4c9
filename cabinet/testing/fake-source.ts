import type { EventSourceLike } from '../api/live-events.ts';

/** A server's side of one connection. */
export class FakeSource implements EventSourceLike {
  readonly url: string;
  closed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();

  constructor(url: string) {
    this.url = url;
  }

  get afterSeq(): number {
    return Number(new URL(this.url, 'http://localhost').searchParams.get('after_seq'));
  }

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }

  close(): void {
    this.closed = true;
  }

  say(type: string, data: unknown = { now: '2026-11-17T16:10:00.000Z' }, lastEventId = ''): void {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    this.#listeners.get(type)?.({ data: text, lastEventId } as MessageEvent<string>);
  }
}
