import { msg, updateWhenLocaleChanges } from '@lit/localize';
import { LitElement, css, html, type TemplateResult } from 'lit';

/**
 * A modal window on <dialog>; `wide` where two columns stand in it: the browser keeps focus inside and the page behind inert. It asks to be closed with a
 * `modal-close` event (Escape, the cross, a click beside it); whoever shows it removes it. On leaving, focus goes
 * back to where it was, or to the page's heading when the window was opened by a link from outside.
 */
export class HaloModal extends LitElement {
  static override properties = { heading: { type: String } };
  declare heading: string;
  #opener: HTMLElement | undefined;

  constructor() {
    super();
    updateWhenLocaleChanges(this);
    this.heading = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const { activeElement } = document;
    this.#opener =
      activeElement instanceof HTMLElement && activeElement !== document.body ? activeElement : undefined;
  }

  protected override firstUpdated(): void {
    this.#dialog?.showModal();
    this.renderRoot.querySelector('h2')?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const opener = this.#opener;
    // After this render: the opener may be inert until the dialog is gone.
    queueMicrotask(() => {
      const target = opener?.isConnected === true ? opener : document.querySelector<HTMLElement>('h1');
      target?.focus();
    });
  }

  get #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector('dialog');
  }

  #ask(): void {
    this.dispatchEvent(new CustomEvent('modal-close', { bubbles: true }));
  }

  #onCancel(event: Event): void {
    event.preventDefault();
    this.#ask();
  }

  #onClick(event: MouseEvent): void {
    if (event.target === this.#dialog) this.#ask();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      aria-labelledby="title"
      @cancel=${this.#onCancel}
      @close=${this.#ask}
      @click=${this.#onClick}
    >
      <div class="window">
        <div class="head">
          <h2 id="title" tabindex="-1">${this.heading}</h2>
          <button type="button" aria-label=${msg('Закрыть')} @click=${this.#ask}>
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18" /></svg>
          </button>
        </div>
        <div class="body" tabindex="0" role="group" aria-labelledby="title"><slot></slot></div>
      </div>
    </dialog>`;
  }

  static override styles = css`
    dialog {
      width: min(42rem, calc(100vw - 2rem));
      max-width: none;
      max-height: calc(100dvh - 2rem);
      padding: 0;
      border: 1px solid var(--line);
      border-radius: var(--radius-large);
      background: var(--surface);
      color: var(--ink);
      box-shadow: var(--shadow-high);
      overflow: hidden;
    }
    :host([wide]) dialog {
      width: min(70rem, calc(100vw - 2rem));
    }
    dialog::backdrop {
      background: var(--backdrop);
      backdrop-filter: blur(6px);
      animation: fade var(--motion) var(--ease);
    }
    dialog[open] {
      animation: rise var(--motion) var(--ease);
    }
    @keyframes fade {
      from {
        opacity: 0;
      }
    }
    @keyframes rise {
      from {
        opacity: 0;
        transform: translateY(1rem) scale(0.985);
      }
    }
    .window {
      display: flex;
      flex-direction: column;
      max-height: calc(100dvh - 2rem);
    }
    .head {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-4);
      padding: var(--space-4) var(--space-5);
      border-bottom: 1px solid var(--line);
    }
    h2 {
      margin: 0;
      font-size: var(--text-large);
      line-height: 1.3;
    }
    h2:focus {
      outline: none;
    }
    button {
      display: grid;
      place-items: center;
      flex: none;
      width: 2.5rem;
      height: 2.5rem;
      padding: 0;
      border: 0;
      border-radius: var(--radius);
      background: transparent;
      color: var(--ink-soft);
      cursor: pointer;
    }
    button:hover {
      background: var(--surface-soft);
      color: var(--ink);
    }
    button:focus-visible {
      outline: 3px solid var(--focus);
      outline-offset: 1px;
    }
    svg {
      width: 1.25rem;
      height: 1.25rem;
      fill: none;
      stroke: currentcolor;
      stroke-width: 2;
      stroke-linecap: round;
    }
    .body {
      padding: var(--space-5);
      overflow-y: auto;
      overscroll-behavior: contain;
    }
    .body:focus-visible {
      outline: 3px solid var(--focus);
      outline-offset: -3px;
    }
    @media (max-width: 40rem) {
      dialog,
      :host([wide]) dialog,
      .window {
        width: 100vw;
        max-height: 100dvh;
        min-height: 100dvh;
        border: 0;
        border-radius: 0;
      }
      dialog {
        margin: 0;
      }
      .head {
        padding: var(--space-3) var(--space-4);
      }
      .body {
        padding: var(--space-4);
      }
    }
  `;
}

customElements.define('halo-modal', HaloModal);
