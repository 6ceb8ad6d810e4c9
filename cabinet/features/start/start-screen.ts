import { msg } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { api } from '../../api/client.ts';
import { connection } from '../../api/connection.ts';
import { RequestController } from '../../api/request-controller.ts';
import type { About, BrowserDemo } from '../../api/types.ts';
import { visitorMemory } from '../../app/visitor-memory.ts';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';
import { failure, notice } from '../../ui/notice.ts';
import { caretAfterFormat, checkPhone, formatPhone } from '../../ui/phone.ts';
import { aboutPanel } from './about-panel.ts';
import { languageField, phoneField, promptField, voiceField } from './form-fields.ts';
import './halo-stage.ts';
import {
  PROMPT_LIMIT,
  checkBrowserDraft,
  checkDraft,
  explainRefusal,
  firstWrong,
  newDraft,
  type FieldErrors,
  type OrderDraft,
} from './order-form.ts';
import { promptExamples } from './prompt-examples.ts';
import { START_WAYS, type DemoStarted, type StartWay } from './start-ways.ts';

/** D9 «Запустить демо». Says `demo-started` (DemoStarted) when a call is on its way, `browser-demo` (BrowserDemo) when the page shall take it. */
export class StartScreen extends LightElement {
  static override properties = {
    draft: { state: true },
    errors: { state: true },
    banner: { state: true },
    sending: { state: true },
    replaced: { state: true },
  };
  declare private draft: OrderDraft;
  declare private errors: FieldErrors;
  declare private banner: string | undefined;
  /** The way whose order is being placed. */
  declare private sending: StartWay | undefined;
  /** The visitor's own prompt that an example has replaced. */
  declare private replaced: string | undefined;
  readonly #about = new RequestController<About>(this);

  constructor() {
    super();
    this.draft = newDraft(visitorMemory.order);
    this.errors = {};
    this.banner = undefined;
    this.sending = undefined;
    this.replaced = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    connection.addEventListener('change', this.#onConnection);
    this.#loadAbout();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    connection.removeEventListener('change', this.#onConnection);
  }

  /** The server is back: what it could not say before is asked again. */
  readonly #onConnection = (): void => {
    if (!connection.lost && this.#about.state.status === 'failed') this.#loadAbout();
  };

  readonly #loadAbout = (): void => {
    void this.#about.run((signal) => api.about(signal));
  };

  get #promptLimit(): number {
    return this.#about.value?.defaults.prompt_max_chars ?? PROMPT_LIMIT;
  }

  #change(change: Partial<OrderDraft>): void {
    this.draft = { ...this.draft, ...change };
    this.errors = Object.fromEntries(Object.entries(this.errors).filter(([name]) => !(name in change)));
  }

  readonly #onPhone = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const typed = input.value;
    const shown = formatPhone(typed);
    const caret = caretAfterFormat(typed, input.selectionStart ?? typed.length, shown);
    input.value = shown;
    if (document.activeElement === input) input.setSelectionRange(caret, caret);
    this.#change({ phone: shown });
  };

  /** A whole number replaces whatever was in the field. */
  readonly #onPhonePaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData?.getData('text') ?? '';
    if (!checkPhone(text).ok) return;
    event.preventDefault();
    this.#change({ phone: formatPhone(text) });
  };

  #choosePhone(phone: string): void {
    this.#change({ phone });
    this.querySelector<HTMLElement>('#phone')?.focus();
  }

  #useExample(text: string): void {
    const current = this.draft.prompt;
    const own = current.trim() !== '' && !promptExamples().some((example) => example.text === current);
    if (own) this.replaced = current;
    this.#change({ prompt: text });
  }

  #restorePrompt(): void {
    this.#change({ prompt: this.replaced ?? '' });
    this.replaced = undefined;
    this.querySelector<HTMLElement>('#prompt')?.focus();
  }

  #onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    const chosen = event.submitter?.getAttribute('value');
    const way = START_WAYS.find(({ id }) => id === chosen) ?? START_WAYS[0];
    if (way !== undefined) void this.#start(way);
  }

  async #start(way: StartWay): Promise<void> {
    if (this.sending !== undefined) return;
    this.banner = undefined;
    const checked = checkDraft(this.draft, this.#promptLimit);
    if (!checked.ok) return this.#showErrors(checked.errors);
    this.sending = way;
    try {
      const sessionId = await way.start(checked.order);
      visitorMemory.rememberOrder(checked.order);
      visitorMemory.rememberSession(sessionId, Date.now());
      const detail: DemoStarted = { sessionId, way: way.id };
      this.dispatchEvent(new CustomEvent('demo-started', { detail, bubbles: true }));
    } catch (cause) {
      const refusal = explainRefusal(cause);
      this.banner = refusal.banner;
      this.sending = undefined;
      await this.#showErrors(refusal.errors);
    }
  }

  /** The shell has the phone: it outlives this screen. */
  async #inBrowser(): Promise<void> {
    this.banner = undefined;
    const checked = checkBrowserDraft(this.draft, this.#promptLimit);
    if (!checked.ok) return this.#showErrors(checked.errors);
    this.errors = {};
    const detail: BrowserDemo = {
      order: checked.order,
      offline: this.#about.value?.speech.set === 'offline',
    };
    this.dispatchEvent(new CustomEvent('browser-demo', { detail, bubbles: true }));
  }

  async #showErrors(errors: FieldErrors): Promise<void> {
    this.errors = errors;
    const wrong = firstWrong(errors);
    await this.updateComplete;
    if (wrong === undefined) return;
    this.querySelector<HTMLElement>(`#${wrong}:is(input, textarea), #${wrong} input:checked`)?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('banner') && this.banner !== undefined) {
      this.querySelector('.notice-error')?.scrollIntoView({ block: 'nearest' });
    }
  }

  protected override render(): TemplateResult {
    const about = this.#about.value;
    return html`<div class="screen start">
      <header class="start-head">
        <p class="eyebrow">${msg('ИИ-ассистент, который звонит сам')}</p>
        <h1 tabindex="-1">${msg('Запустить демо')}</h1>
        <p class="lead">
          ${msg('HALO позвонит на указанный номер, поговорит и покажет итог: резюме, follow-up, карточку CRM.')}
        </p>
      </header>
      <halo-stage></halo-stage>
      <div class="start-form">
        ${this.#about.state.status === 'failed' ? failure(this.#about.state.error, this.#loadAbout) : nothing}
        ${this.banner === undefined ? nothing : notice('error', this.banner)} ${this.#form(about)}
      </div>
      <aside class="start-aside" aria-label=${msg('Что здесь настоящее')}>
        ${about === undefined ? nothing : aboutPanel(about, (phone) => this.#choosePhone(phone))}
      </aside>
    </div>`;
  }

  #form(about: About | undefined): TemplateResult {
    const { draft, errors } = this;
    return html`<form class="card form" novalidate @submit=${this.#onSubmit}>
      ${phoneField({
        value: draft.phone,
        error: errors.phone,
        onInput: this.#onPhone,
        onPaste: this.#onPhonePaste,
      })}
      ${languageField({
        value: draft.language,
        about,
        error: errors.language,
        onChange: (language) => this.#change({ language }),
      })}
      ${voiceField({
        value: draft.voice,
        error: errors.voice,
        onChange: (voice) => this.#change({ voice }),
      })}
      ${promptField({
        value: draft.prompt,
        error: errors.prompt,
        limit: this.#promptLimit,
        onInput: (prompt) => this.#change({ prompt }),
        onExample: (text) => this.#useExample(text),
        onRestore: this.replaced === undefined ? undefined : () => this.#restorePrompt(),
      })}
      <div class="form-actions">
        ${START_WAYS.filter((way) => way.isOffered(about)).map((way, index) => this.#button(way, index === 0))}
        ${about?.browser_phone === true ? this.#browserButton() : nothing}
      </div>
    </form>`;
  }

  /** No StartWay: it wants no number, and the phone that the shell opens asks for the microphone before it orders. */
  #browserButton(): TemplateResult {
    return html`<button
      type="button"
      class="button button-large"
      ?disabled=${this.sending !== undefined}
      @click=${this.#inBrowser}
    >
      ${icon('phone')} ${msg('Ответить в браузере')}
    </button>`;
  }

  #button(way: StartWay, first: boolean): TemplateResult {
    const busy = this.sending === way;
    return html`<button
      type="submit"
      value=${way.id}
      class="button button-large ${first ? 'button-primary' : ''}"
      ?disabled=${this.sending !== undefined}
    >
      ${icon(busy ? 'active' : way.icon)} ${busy ? way.busyLabel() : way.label()}
    </button>`;
  }
}

customElements.define('halo-start', StartScreen);
