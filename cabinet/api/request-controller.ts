import { msg } from '@lit/localize';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export type RequestState<T> =
  | { readonly status: 'idle' }
  | { readonly status: 'loading' }
  | { readonly status: 'done'; readonly value: T }
  | { readonly status: 'failed'; readonly error: Error };

/** One request of a screen: holds its state, re-renders the host, forgets what comes too late. */
export class RequestController<T> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #current: AbortController | undefined;
  state: RequestState<T> = { status: 'idle' };

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get value(): T | undefined {
    return this.state.status === 'done' ? this.state.value : undefined;
  }

  hostDisconnected(): void {
    this.#current?.abort();
  }

  /** Loads; a load under way is abandoned. With `quiet`, what is shown stays until the new value is there. */
  async run(load: (signal: AbortSignal) => Promise<T>, how: { quiet?: boolean } = {}): Promise<void> {
    this.#current?.abort();
    const current = new AbortController();
    this.#current = current;
    if (how.quiet !== true || this.state.status !== 'done') this.#set({ status: 'loading' });
    try {
      const value = await load(current.signal);
      if (!current.signal.aborted) this.#set({ status: 'done', value });
    } catch (cause) {
      if (current.signal.aborted) return;
      if (how.quiet === true && this.state.status === 'done') return;
      const error = cause instanceof Error ? cause : new Error(msg('Что-то пошло не так.'), { cause });
      this.#set({ status: 'failed', error });
    }
  }

  #set(state: RequestState<T>): void {
    this.state = state;
    this.#host.requestUpdate();
  }
}
