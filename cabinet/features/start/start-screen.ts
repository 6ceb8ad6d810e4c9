import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { api } from '../../api/client.ts';
import { RequestController } from '../../api/request-controller.ts';
import type { About, CallLanguage } from '../../api/types.ts';
import { visitorMemory } from '../../app/visitor-memory.ts';
import { describedBy, field, selectField } from '../../ui/field.ts';
import { counted, formatCount } from '../../ui/format.ts';
import { LightElement } from '../../ui/light-element.ts';
import { failure, notice } from '../../ui/notice.ts';
import { caretAfterFormat, checkPhone, formatPhone } from '../../ui/phone.ts';
import { LANGUAGES, VOICES, languageWords, voiceWords } from '../../ui/words.ts';
import { aboutNotice } from './about-notice.ts';
import {
  PROMPT_LIMIT,
  checkDraft,
  explainRefusal,
  firstWrong,
  newDraft,
  promptLength,
  type FieldErrors,
  type OrderDraft,
} from './order-form.ts';
import { promptExamples } from './prompt-examples.ts';

/** D9 «Запустить демо». Says `demo-started` with the session's id when a call is on its way. */
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
  declare private sending: boolean;
  /** The visitor's own prompt that an example has replaced. */
  declare private replaced: string | undefined;
  readonly #about = new RequestController<About>(this);

  constructor() {
    super();
    this.draft = newDraft(visitorMemory.order);
    this.errors = {};
    this.banner = undefined;
    this.sending = false;
    this.replaced = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#loadAbout();
  }

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

  #onPhone(event: Event): void {
    const input = event.target as HTMLInputElement;
    const typed = input.value;
    const shown = formatPhone(typed);
    const caret = caretAfterFormat(typed, input.selectionStart ?? typed.length, shown);
    input.value = shown;
    if (document.activeElement === input) input.setSelectionRange(caret, caret);
    this.#change({ phone: shown });
  }

  /** A whole number replaces whatever was in the field. */
  #onPhonePaste(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text') ?? '';
    if (!checkPhone(text).ok) return;
    event.preventDefault();
    this.#change({ phone: formatPhone(text) });
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

  async #onSubmit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.sending) return;
    this.banner = undefined;
    const checked = checkDraft(this.draft, this.#promptLimit);
    if (!checked.ok) return this.#showErrors(checked.errors);
    this.sending = true;
    try {
      const { demo_session_id: sessionId } = await api.startDemo(checked.order);
      visitorMemory.rememberOrder(checked.order);
      visitorMemory.rememberSession(sessionId, Date.now());
      this.dispatchEvent(new CustomEvent('demo-started', { detail: sessionId, bubbles: true }));
    } catch (cause) {
      const refusal = explainRefusal(cause);
      this.banner = refusal.banner;
      this.sending = false;
      await this.#showErrors(refusal.errors);
    }
  }

  async #showErrors(errors: FieldErrors): Promise<void> {
    this.errors = errors;
    const wrong = firstWrong(errors);
    await this.updateComplete;
    if (wrong !== undefined) this.querySelector<HTMLElement>(`#${wrong}`)?.focus();
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('banner') && this.banner !== undefined) {
      this.querySelector('.notice-error')?.scrollIntoView({ block: 'nearest' });
    }
  }

  protected override render(): TemplateResult {
    const about = this.#about.value;
    return html`<div class="screen screen-narrow">
      <h1 tabindex="-1">${msg('Запустить демо')}</h1>
      <p class="lead">
        ${msg('HALO позвонит на указанный номер, поговорит и покажет итог: резюме, follow-up, карточку CRM.')}
      </p>
      ${about === undefined ? nothing : aboutNotice(about, (phone) => this.#choosePhone(phone))}
      ${this.#about.state.status === 'failed' ? failure(this.#about.state.error, this.#loadAbout) : nothing}
      ${this.banner === undefined ? nothing : notice('error', this.banner)}
      <form class="card form" novalidate @submit=${this.#onSubmit}>
        ${this.#phoneField()}
        <div class="form-row">${this.#languageField(about)} ${this.#voiceField()}</div>
        ${this.#promptField()}
        <div class="form-actions">
          <button type="submit" class="button button-primary" ?disabled=${this.sending}>
            ${this.sending ? msg('Запускаем…') : msg('Запустить демо')}
          </button>
        </div>
      </form>
    </div>`;
  }

  #choosePhone(phone: string): void {
    this.#change({ phone });
    this.querySelector<HTMLElement>('#phone')?.focus();
  }

  #phoneField(): TemplateResult {
    const error = this.errors.phone;
    return field({
      id: 'phone',
      label: msg('Телефон'),
      hint: msg('Российский номер: можно начать с +7 или с 8.'),
      error,
      control: html`<input
        id="phone"
        name="phone"
        type="tel"
        inputmode="tel"
        autocomplete="tel"
        placeholder="+7 900 000-00-00"
        required
        .value=${this.draft.phone}
        aria-describedby=${describedBy('phone', error)}
        aria-invalid=${error === undefined ? 'false' : 'true'}
        @input=${this.#onPhone}
        @paste=${this.#onPhonePaste}
      />`,
    });
  }

  #languageField(about: About | undefined): TemplateResult {
    const builtIn = LANGUAGES.map(({ code }) => ({ code, name: languageWords(code) }));
    return selectField({
      id: 'language',
      label: msg('Язык'),
      value: this.draft.language,
      options: builtIn,
      hint: this.#languageHint(about),
      error: this.errors.language,
      onChange: (language) => this.#change({ language }),
    });
  }

  #languageHint(about: About | undefined): string {
    const { language } = this.draft;
    if (language === 'auto') return msg('Начнём по-русски и перейдём на язык собеседника.');
    const chosen = about?.languages.find(({ code }) => code === language);
    if (about === undefined || chosen === undefined || chosen.available)
      return msg('Разговор пойдёт на этом языке.');
    const names = about.languages
      .filter((one) => one.available && one.code !== 'auto')
      .map(({ code, name }) =>
        LANGUAGES.find((one) => one.code === code) ? languageWords(code as CallLanguage) : name,
      );
    return msg(str`Подключённая сейчас речь этого языка не знает. Доступны: ${names.join(', ')}.`);
  }

  #voiceField(): TemplateResult {
    const options = VOICES.map((code) => ({ code, name: voiceWords(code) }));
    return selectField({
      id: 'voice',
      label: msg('Голос'),
      value: this.draft.voice,
      options,
      error: this.errors.voice,
      onChange: (voice) => this.#change({ voice }),
    });
  }

  #promptField(): TemplateResult {
    const error = this.errors.prompt;
    const length = promptLength(this.draft.prompt);
    const limit = this.#promptLimit;
    const left = limit - length;
    return field({
      id: 'prompt',
      label: msg('Промпт ассистента'),
      error,
      control: html`<textarea
        id="prompt"
        name="prompt"
        rows="6"
        placeholder=${msg('Кого представляет ассистент, что предлагает и что должен узнать. Пусто — расскажет о самом HALO.')}
        .value=${this.draft.prompt}
        aria-describedby=${describedBy('prompt', error)}
        aria-invalid=${error === undefined ? 'false' : 'true'}
        @input=${(event: Event) => this.#change({ prompt: (event.target as HTMLTextAreaElement).value })}
      ></textarea>`,
      hint: html`<div class="prompt-foot">
        <span class="prompt-count ${left < 0 ? 'prompt-over' : ''}">
          ${
            left < 0
              ? msg(str`Лишних знаков: ${formatCount(-left)}`)
              : msg(str`${formatCount(length)} из ${counted(limit, msg('знака|знаков|знаков'))}`)
          }
        </span>
        <span class="examples" role="group" aria-label=${msg('Готовые промпты')}>
          <span>${msg('Примеры:')}</span>
          ${promptExamples().map(
            ({ name, text }) =>
              html`<button type="button" class="chip" @click=${() => this.#useExample(text)}>
                ${name}
              </button>`,
          )}
          ${
            this.replaced === undefined
              ? nothing
              : html`<button type="button" class="link" @click=${this.#restorePrompt}>
                  ${msg('Вернуть мой текст')}
                </button>`
          }
        </span>
      </div>`,
    });
  }
}

customElements.define('halo-start', StartScreen);
