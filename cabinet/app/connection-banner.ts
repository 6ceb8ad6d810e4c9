import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { api } from '../api/client.ts';
import { connection } from '../api/connection.ts';
import { Poller } from '../api/poller.ts';
import type { About } from '../api/types.ts';
import { icon } from '../ui/icon.ts';
import { LightElement } from '../ui/light-element.ts';

const ASK_MS = 1500;
const SLOWEST_ASK_MS = 10_000;

/** Over every screen while the server does not answer; asks until it does. */
export class ConnectionBanner extends LightElement {
  static override properties = { quiet: { type: Boolean } };
  /** The screen below says it itself, in more words: this only asks. */
  declare quiet: boolean;
  #poller: Poller<About> | undefined;

  constructor() {
    super();
    this.quiet = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    connection.addEventListener('change', this.#onChange);
    this.#onChange();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    connection.removeEventListener('change', this.#onChange);
    this.#poller?.stop();
  }

  readonly #onChange = (): void => {
    this.#poller?.stop();
    this.#poller = connection.lost
      ? new Poller<About>({
          load: (signal) => api.about(signal),
          onValue: () => 'stop',
          // An error answer has ended the poll already, through `change`.
          onError: () => 'continue',
          everyMs: ASK_MS,
          slowestMs: SLOWEST_ASK_MS,
        })
      : undefined;
    this.#poller?.start();
    this.requestUpdate();
  };

  protected override render(): TemplateResult {
    // The live region is there before its words, or a screen reader would not hear them.
    return html`<div role="status">
      ${
        connection.lost && !this.quiet
          ? html`<p class="offline">
              ${icon('offline')}
              ${msg('Сервер HALO не отвечает. Подключаемся снова, страницу обновлять не нужно.')}
            </p>`
          : nothing
      }
    </div>`;
  }
}

customElements.define('halo-connection', ConnectionBanner);
