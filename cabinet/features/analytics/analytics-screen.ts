import { msg, str } from '@lit/localize';
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { ApiError } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import { Poller } from '../../api/poller.ts';
import { RequestController, type RequestState } from '../../api/request-controller.ts';
import type { Analytics, DemoResult, InteractionItem } from '../../api/types.ts';
import { visitorMemory } from '../../app/visitor-memory.ts';
import { LightElement } from '../../ui/light-element.ts';
import { failure, loading, notice } from '../../ui/notice.ts';
import { PAGE_ROWS, itemsBlock } from './items-block.ts';
import { ownBlock } from './own-block.ts';
import { ownState } from './own-state.ts';
import { sortItems } from './sort-items.ts';
import { totalsBlock } from './totals-block.ts';

const POLL_MS = 2000;
const SLOWEST_POLL_MS = 10_000;

/** D11 «Аналитика HALO». Follows the visitor's own demo until it is complete, and then refreshes the sums. */
export class AnalyticsScreen extends LightElement {
  static override properties = {
    sessionId: { attribute: false },
    result: { state: true },
    trouble: { state: true },
    shown: { state: true },
  };
  declare sessionId: string | null;
  /** Undefined while it loads; null when there is no such session. */
  declare private result: DemoResult | null | undefined;
  declare private trouble: Error | undefined;
  declare private shown: number;
  readonly #analytics = new RequestController<Analytics>(this);
  readonly #items = new RequestController<readonly InteractionItem[]>(this);
  #poller: Poller<DemoResult> | undefined;

  constructor() {
    super();
    this.sessionId = null;
    this.result = undefined;
    this.trouble = undefined;
    this.shown = PAGE_ROWS;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#loadSums();
    if (this.hasUpdated) this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#poller?.stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('sessionId')) this.#follow();
  }

  #loadSums(how: { quiet?: boolean } = {}): void {
    this.#loadAnalytics(how);
    this.#loadItems(how);
  }

  readonly #loadAnalytics = (how: { quiet?: boolean } = {}): void => {
    void this.#analytics.run((signal) => api.analytics(signal), how);
  };

  readonly #loadItems = (how: { quiet?: boolean } = {}): void => {
    void this.#items.run(async (signal) => sortItems((await api.interactions(signal)).items), how);
  };

  #follow(): void {
    this.#poller?.stop();
    this.trouble = undefined;
    const id = this.sessionId;
    this.result = id === null ? null : undefined;
    if (id === null) return;
    this.#poller = new Poller<DemoResult>({
      load: (signal) => api.sessionResult(id, signal),
      onValue: (result) => this.#onResult(result),
      onError: (error) => this.#onTrouble(error, id),
      everyMs: POLL_MS,
      slowestMs: SLOWEST_POLL_MS,
    });
    this.#poller.start();
  }

  #onResult(result: DemoResult): 'continue' | 'stop' {
    const before = this.result;
    this.trouble = undefined;
    this.result = result;
    const state = ownState(result);
    if (before && ownState(before) !== state) this.#loadSums({ quiet: true });
    return state === 'complete' || state === 'failed' ? 'stop' : 'continue';
  }

  #onTrouble(error: unknown, id: string): 'continue' | 'stop' {
    if (error instanceof ApiError && error.isGone) {
      visitorMemory.forgetSession(id);
      this.result = null;
      return 'stop';
    }
    this.trouble = error instanceof Error ? error : new Error(msg('Не удалось получить ваши данные.'));
    return 'continue';
  }

  protected override render(): TemplateResult {
    return html`<div class="screen">
      <h1 tabindex="-1">${msg('Аналитика HALO')}</h1>
      <section class="card" aria-labelledby="own-title">
        <h2 id="own-title">${msg('Ваши данные')}</h2>
        ${this.#own()}
      </section>
      <section class="card" aria-labelledby="totals-title">
        <h2 id="totals-title">${msg('Общая статистика')}</h2>
        <p class="card-note">${msg('Демо-данные и реальные звонки вместе.')}</p>
        ${loaded(this.#analytics.state, totalsBlock, () => this.#loadAnalytics())}
      </section>
      <section class="card" aria-labelledby="items-title">
        <h2 id="items-title">${msg('Таблица обращений')}</h2>
        <p class="card-note">${msg('Сначала ваши обращения, затем демо; новые сверху.')}</p>
        ${loaded(
          this.#items.state,
          (items) =>
            itemsBlock({
              sessionId: this.sessionId,
              items,
              shown: this.shown,
              onMore: () => void this.#showMore(),
            }),
          () => this.#loadItems(),
        )}
      </section>
    </div>`;
  }

  #own(): TemplateResult {
    const trouble =
      this.trouble === undefined
        ? ''
        : notice('warning', msg(str`${this.trouble.message} Продолжаем попытки.`));
    if (this.result === undefined) return html`${trouble || loading(msg('Загружаем ваши данные…'))}`;
    return html`${trouble} ${ownBlock(this.sessionId, this.result)}`;
  }

  /** Focus goes to the first new row: the button may be gone. */
  async #showMore(): Promise<void> {
    const first = this.shown;
    this.shown += PAGE_ROWS;
    await this.updateComplete;
    [...this.querySelectorAll<HTMLElement>('.items tbody a')].at(first)?.focus();
  }
}

function loaded<T>(
  state: RequestState<T>,
  show: (value: T) => TemplateResult,
  retry: () => void,
): TemplateResult {
  if (state.status === 'done') return show(state.value);
  return state.status === 'failed' ? failure(state.error, retry) : loading(msg('Загружаем…'));
}

customElements.define('halo-analytics', AnalyticsScreen);
