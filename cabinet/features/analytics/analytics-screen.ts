import { msg, str } from '@lit/localize';
import { html, type PropertyValues, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ApiError } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import { Poller } from '../../api/poller.ts';
import { RequestController, type RequestState } from '../../api/request-controller.ts';
import type { Analytics, AnalyticsDetails, DemoResult } from '../../api/types.ts';
import { visitorMemory } from '../../app/visitor-memory.ts';
import { locale } from '../../i18n/locale.ts';
import { LightElement } from '../../ui/light-element.ts';
import { failure, loading, notice } from '../../ui/notice.ts';
import { CHART_DAYS, figuresBlock, type ChartDays, type FigureName } from './figures-block.ts';
import './items-table.ts';
import type { ItemsTable } from './items-table.ts';
import { ownBlock } from './own-block.ts';
import { ownState } from './own-state.ts';

const POLL_MS = 2000;
const SLOWEST_POLL_MS = 10_000;

/** D11 «Аналитика HALO». Follows the visitor's own demo until it is complete, and then refreshes the sums. */
export class AnalyticsScreen extends LightElement {
  static override properties = {
    sessionId: { attribute: false },
    filters: { attribute: false },
    result: { state: true },
    trouble: { state: true },
    days: { state: true },
    asTables: { state: true },
  };
  declare sessionId: string | null;
  /** Of the table, as the address has them. */
  declare filters: string;
  /** Undefined while it loads; null when there is no such session. */
  declare private result: DemoResult | null | undefined;
  declare private trouble: Error | undefined;
  declare private days: ChartDays;
  declare private asTables: ReadonlySet<FigureName>;
  readonly #analytics = new RequestController<Analytics>(this);
  readonly #details = new RequestController<AnalyticsDetails>(this);
  #poller: Poller<DemoResult> | undefined;

  constructor() {
    super();
    this.sessionId = null;
    this.result = undefined;
    this.trouble = undefined;
    this.filters = '';
    this.days = CHART_DAYS[1];
    this.asTables = new Set();
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
    this.#loadDetails(how);
    this.querySelector<ItemsTable>('halo-items')?.refresh();
  }

  readonly #loadAnalytics = (how: { quiet?: boolean } = {}): void => {
    void this.#analytics.run((signal) => api.analytics(signal), how);
  };

  readonly #loadDetails = (how: { quiet?: boolean } = {}): void => {
    void this.#details.run((signal) => api.analyticsDetails(Number(this.days), signal), how);
  };

  /** What is drawn stays until the other days are there. */
  readonly #showDays = (days: ChartDays): void => {
    this.days = days;
    this.#loadDetails({ quiet: true });
  };

  readonly #toggleTable = (name: FigureName): void => {
    const next = new Set(this.asTables);
    if (!next.delete(name)) next.add(name);
    this.asTables = next;
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
        ${guard([this.#analytics.state, this.#details.state, this.days, this.asTables, locale()], () =>
          loaded(
            this.#analytics.state,
            (analytics) => this.#figures(analytics),
            () => this.#loadAnalytics(),
          ),
        )}
      </section>
      <section class="card" aria-labelledby="items-title">
        <h2 id="items-title">${msg('Таблица обращений')}</h2>
        <halo-items .sessionId=${this.sessionId} .filters=${this.filters}></halo-items>
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

  #figures(analytics: Analytics): TemplateResult {
    const { state } = this.#details;
    return figuresBlock({
      analytics,
      details: this.#details.value,
      trouble: state.status === 'failed' ? failure(state.error, () => this.#loadDetails()) : undefined,
      days: this.days,
      asTables: this.asTables,
      onToggle: this.#toggleTable,
      onDays: this.#showDays,
    });
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
