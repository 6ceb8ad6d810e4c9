import { msg } from '@lit/localize';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { InteractionItem, InteractionList } from '../../api/types.ts';
import { requestQuery, type ItemFilters } from './item-filters.ts';

/** What fills a screen and its surroundings at once; the next pages may be larger. */
const FIRST_PAGE = 50;
const NEXT_PAGE = 200;

export type LoadPage = (query: string, signal: AbortSignal) => Promise<InteractionList>;

/**
 * The lines of a list, page by page. While the first page of other filters is on its way, the lines of before stay
 * (`stale`); what comes too late for what is asked now is dropped.
 */
export class ItemsFeed implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #load: LoadPage;
  readonly #now: () => number;
  #request: AbortController | undefined;
  #asked: { readonly filters: ItemFilters; readonly nowMs: number } | undefined;
  #cursor: string | null = null;
  items: readonly InteractionItem[] = [];
  /** All that match; undefined while that is not known. */
  total: number | undefined;
  stale = true;
  loading = false;
  error: Error | undefined;

  constructor(host: ReactiveControllerHost, load: LoadPage, now: () => number = Date.now) {
    this.#host = host;
    this.#load = load;
    this.#now = now;
    host.addController(this);
  }

  get complete(): boolean {
    return !this.stale && this.#cursor === null;
  }

  hostDisconnected(): void {
    this.#request?.abort();
    this.loading = false;
  }

  /** Begins the list anew. */
  async show(filters: ItemFilters): Promise<void> {
    this.#asked = { filters, nowMs: this.#now() };
    this.#cursor = null;
    this.stale = true;
    await this.#page(FIRST_PAGE);
  }

  /** The next page, when there is one and none is on its way. After a failure: `retry` only. */
  async more(): Promise<void> {
    if (this.loading || this.complete || this.stale || this.error !== undefined) return;
    await this.#page(NEXT_PAGE);
  }

  /** Asks again for what has failed. */
  async retry(): Promise<void> {
    if (!this.loading) await this.#page(this.stale ? FIRST_PAGE : NEXT_PAGE);
  }

  async #page(limit: number): Promise<void> {
    const asked = this.#asked;
    if (asked === undefined) return;
    this.#request?.abort();
    const request = new AbortController();
    this.#request = request;
    this.loading = true;
    this.error = undefined;
    this.#host.requestUpdate();
    try {
      const query = requestQuery(asked.filters, { limit, cursor: this.#cursor, nowMs: asked.nowMs });
      const page = await this.#load(query, request.signal);
      if (request.signal.aborted) return;
      this.items = this.stale ? page.items : [...this.items, ...page.items];
      if (this.stale) this.total = page.total;
      this.#cursor = page.next_cursor ?? null;
      if (this.#cursor === null) this.total = this.items.length;
      this.stale = false;
    } catch (cause) {
      if (request.signal.aborted) return;
      this.error = cause instanceof Error ? cause : new Error(msg('Что-то пошло не так.'), { cause });
    }
    this.loading = false;
    this.#host.requestUpdate();
  }
}
