import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { StateChart } from '../../../engine/contract/state-chart.ts';
import type { ApiError } from '../../api/api-error.ts';
import { OpsFeed } from '../../api/ops-feed.ts';
import { OpsApi } from '../../api/ops.ts';
import type { OpsCall, OpsCalls } from '../../api/types.ts';
import { describedBy, field } from '../../ui/field.ts';
import { LightElement } from '../../ui/light-element.ts';
import { loading, notice } from '../../ui/notice.ts';
import { callList } from './call-list.ts';
import './ops-call.ts';
import './ops.css';
import { opsKey } from './ops-key.ts';

const TICK_MS = 1_000;

/** Calls from the inside, for those who run HALO: behind the key. */
export class OpsScreen extends LightElement {
  static override properties = {
    callId: { attribute: false },
    key: { state: true },
    calls: { state: true },
    chart: { state: true },
    trouble: { state: true },
    tick: { state: true },
  };
  /** The call that is opened. */
  declare callId: string | null;
  declare private key: string | null;
  declare private calls: readonly OpsCall[] | undefined;
  declare private chart: StateChart | undefined;
  declare private trouble: ApiError | undefined;
  declare private tick: number;
  #api: OpsApi | undefined;
  #feed: OpsFeed | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  /** Server's clock minus ours. */
  #aheadMs = 0;

  constructor() {
    super();
    this.callId = null;
    this.key = opsKey.read();
    this.calls = undefined;
    this.chart = undefined;
    this.trouble = undefined;
    this.tick = 0;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => (this.tick += 1), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#timer);
    this.#leave();
  }

  protected override willUpdate(): void {
    if (this.key !== null && this.#feed === undefined) this.#enter(this.key);
  }

  #enter(key: string): void {
    const api = new OpsApi(key);
    this.#api = api;
    this.#feed = new OpsFeed({
      api,
      path: () => '/ops/events',
      onMessage: ({ name, data }) => {
        if (name !== 'calls') return;
        const { now, calls } = JSON.parse(data) as OpsCalls;
        this.#aheadMs = Date.parse(now) - Date.now();
        this.calls = calls;
        if (this.chart === undefined) void this.#loadChart(api);
      },
      onTrouble: (error) => {
        this.trouble = error;
        if (error?.status === 401) this.#forgetKey();
      },
    });
    void this.#feed.run();
  }

  async #loadChart(api: OpsApi): Promise<void> {
    try {
      this.chart = await api.chart();
    } catch {
      // The next list asks again.
    }
  }

  #leave(): void {
    this.#feed?.stop();
    this.#feed = undefined;
    this.#api = undefined;
  }

  #forgetKey(): void {
    opsKey.keep(null);
    this.key = null;
    this.calls = undefined;
    this.#leave();
  }

  readonly #onKey = (event: SubmitEvent): void => {
    event.preventDefault();
    const input = this.querySelector<HTMLInputElement>('#ops-key');
    const key = input?.value.trim() ?? '';
    if (key === '') return;
    opsKey.keep(key);
    this.trouble = undefined;
    this.key = key;
  };

  protected override render(): TemplateResult {
    return html`<div class="screen ops">
      <h1 tabindex="-1">${msg('Наблюдение')}</h1>
      ${this.key === null ? this.#door() : this.#inside()}
    </div>`;
  }

  #door(): TemplateResult {
    const error = this.trouble?.status === 401 ? msg('Ключ не подошёл.') : undefined;
    return html`<form class="card ops-door" @submit=${this.#onKey}>
      <p>
        ${msg('Здесь видно, что говорят люди, поэтому нужен ключ API: значение API_AUTH_KEY или файл api-key в папке данных.')}
      </p>
      ${field({
        id: 'ops-key',
        label: msg('Ключ API'),
        hint: msg('Хранится только в этой вкладке и пропадёт вместе с ней.'),
        error,
        control: html`<input
          id="ops-key"
          type="password"
          autocomplete="off"
          required
          aria-describedby=${describedBy('ops-key', error)}
          aria-invalid=${error !== undefined}
        />`,
      })}
      <button type="submit" class="button button-primary">${msg('Войти')}</button>
    </form>`;
  }

  #inside(): TemplateResult {
    const { calls, callId } = this;
    if (calls === undefined) {
      return this.trouble === undefined
        ? loading(msg('Смотрим, какие звонки идут…'))
        : notice('warning', this.trouble.message);
    }
    return html`${this.trouble === undefined ? nothing : notice('warning', this.trouble.message)}
    ${callList({ calls, opened: callId, nowMs: Date.now() + this.#aheadMs })}
    ${
      callId === null || this.#api === undefined
        ? nothing
        : html`<halo-ops-call .api=${this.#api} .callId=${callId} .chart=${this.chart}></halo-ops-call>`
    }`;
  }
}

customElements.define('halo-ops', OpsScreen);
