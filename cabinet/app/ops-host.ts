import { msg } from '@lit/localize';
import { html, type TemplateResult } from 'lit';
import { LightElement } from '../ui/light-element.ts';
import { loading, notice } from '../ui/notice.ts';

/** The place of the ops screen, a chunk of its own: no visitor of the demo loads it. */
export class OpsHost extends LightElement {
  static override properties = { callId: { attribute: false }, loaded: { state: true } };
  declare callId: string | null;
  declare private loaded: 'no' | 'yes' | 'failed';

  constructor() {
    super();
    this.callId = null;
    this.loaded = 'no';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    import('../features/ops/ops-screen.ts').then(
      () => (this.loaded = 'yes'),
      () => (this.loaded = 'failed'),
    );
  }

  protected override render(): TemplateResult {
    if (this.loaded === 'yes') return html`<halo-ops .callId=${this.callId}></halo-ops>`;
    return html`<div class="screen">
      <h1 tabindex="-1">${msg('Наблюдение')}</h1>
      ${this.loaded === 'no' ? loading(msg('Загружаем экран…')) : notice('error', msg('Экран не загрузился. Обновите страницу.'))}
    </div>`;
  }
}

customElements.define('halo-ops-host', OpsHost);
