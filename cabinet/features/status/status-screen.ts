import { msg } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { api } from '../../api/client.ts';
import { analyticsHref, startHref } from '../../app/routes.ts';
import { visitorMemory } from '../../app/visitor-memory.ts';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';
import { notice } from '../../ui/notice.ts';
import { conversation } from './conversation.ts';
import { ending } from './ending.ts';
import { foldStatus, stateWords, type Step } from './fold-status.ts';
import { speakerNow, type LiveView } from './live-view.ts';
import { SessionFeed } from './session-feed.ts';
import { stage } from './stage.ts';

const TICK_MS = 500;
/** While a reply is owed, its gauge runs. */
const THINKING_TICK_MS = 100;
/** Without any progress for so long, the visitor is told and may go on. */
const PATIENCE_MS = 90_000;
/** Who has scrolled up further than this reads, and is not pulled down by new lines. */
const FOLLOW_PX = 48;

/** D10 «Статус демо»: the demo as it happens, through reloads and lost connections. */
export class StatusScreen extends LightElement {
  static override properties = {
    sessionId: { attribute: false },
    nowMs: { state: true },
  };
  declare sessionId: string;
  declare private nowMs: number;
  #feed: SessionFeed | undefined;
  #ticker: ReturnType<typeof setTimeout> | undefined;
  #progressAtMs = Date.now();
  #shown: LiveView | undefined;
  #followsWords = true;

  constructor() {
    super();
    this.sessionId = '';
    this.nowMs = Date.now();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener('online', this.#hurry);
    if (this.hasUpdated) this.#begin();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener('online', this.#hurry);
    this.#stop();
  }

  readonly #hurry = (): void => this.#feed?.hurry();

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('sessionId')) this.#begin();
    const list = this.querySelector('.live-words');
    if (list !== null)
      this.#followsWords = list.scrollHeight - list.scrollTop - list.clientHeight < FOLLOW_PX;
  }

  protected override updated(): void {
    const view = this.#feed?.view;
    if (view === this.#shown) return;
    this.#shown = view;
    const list = this.querySelector('.live-words');
    if (list !== null && this.#followsWords) list.scrollTop = list.scrollHeight;
  }

  #begin(): void {
    this.#stop();
    const id = this.sessionId;
    this.nowMs = this.#progressAtMs = Date.now();
    this.#followsWords = true;
    if (id === '') return;
    this.#feed = new SessionFeed({
      sessionId: id,
      load: async (signal) => ({
        session: await api.sessionStatus(id, signal),
        result: await api.sessionResult(id, signal),
      }),
      onChange: () => this.#onChange(),
    });
    this.#feed.start();
    this.#tick();
  }

  #stop(): void {
    this.#feed?.stop();
    this.#feed = undefined;
    clearTimeout(this.#ticker);
  }

  #tick(): void {
    const feed = this.#feed;
    if (feed === undefined || feed.over) return;
    const thinking = speakerNow(feed.view) === 'thinking';
    this.#ticker = setTimeout(
      () => {
        this.nowMs = Date.now();
        this.#tick();
      },
      thinking ? THINKING_TICK_MS : TICK_MS,
    );
  }

  #onChange(): void {
    const feed = this.#feed;
    if (feed === undefined) return;
    if (feed.view !== this.#shown) this.nowMs = this.#progressAtMs = Date.now();
    if (feed.trouble?.isGone === true) visitorMemory.forgetSession(this.sessionId);
    this.requestUpdate();
  }

  protected override render(): TemplateResult | typeof nothing {
    const feed = this.#feed;
    if (feed === undefined) return nothing;
    if (feed.trouble?.isGone === true) return this.#gone();
    const { view } = feed;
    const folded = foldStatus(view);
    const running = folded.phase === 'running';
    const blind = running && feed.trouble !== undefined;
    // «Ждём свободную линию…» would be a guess.
    const status = feed.known && !blind ? folded : { ...folded, sentence: unknownWords(feed.known) };
    const slow = running && this.nowMs - this.#progressAtMs > PATIENCE_MS;
    return html`<div class="screen status-screen">
      <h1 tabindex="-1">${msg('Статус демо')}</h1>
      ${feed.trouble === undefined ? nothing : this.#lost(feed.trouble.message)}
      ${
        slow
          ? notice(
              'info',
              msg(
                'Это занимает дольше обычного. Можно подождать здесь или открыть аналитику: данные появятся там сами.',
              ),
            )
          : nothing
      }
      <section class="card status-stage status-stage-${status.phase}" aria-label=${msg('Что происходит')}>
        ${stage(view, status, { nowMs: this.nowMs + feed.clockAheadMs, orderedAt: this.#orderedAt(), blind })}
        ${running ? nothing : ending(view, this.sessionId)}
      </section>
      <div class="status-columns">
        <section class="card" aria-label=${msg('Ход демо')}>
          <ol class="steps">
            ${status.steps.map((step) => stepLine(step, view))}
          </ol>
          ${running ? this.#onward(slow) : nothing}
        </section>
        ${conversation(view)}
      </div>
    </div>`;
  }

  #orderedAt(): string | null {
    const ms = visitorMemory.startedAtMs(this.sessionId);
    return ms === undefined ? null : new Date(ms).toISOString();
  }

  /** The shell's banner leaves it to this screen. No word of how the call fares: nobody here knows. */
  #lost(why: string): TemplateResult {
    return notice(
      'warning',
      html`<b>${msg('Связь с сервером потеряна, восстанавливаем…')}</b> ${why}
        ${msg('Страницу обновлять не нужно: когда связь вернётся, здесь появится всё, что успело произойти.')}`,
    );
  }

  #onward(slow: boolean): TemplateResult {
    return html`<div class="form-actions">
      ${
        slow
          ? html`<a class="button button-primary" href=${analyticsHref(this.sessionId)}
              >${msg('Перейти к аналитике')}</a
            >`
          : html`<button type="button" class="button button-primary" disabled>
              ${msg('Перейти к аналитике')}
            </button>`
      }
    </div>`;
  }

  #gone(): TemplateResult {
    return html`<div class="screen screen-narrow">
      <h1 tabindex="-1">${msg('Статус демо')}</h1>
      <div class="card">
        <p>${msg('Такой демо-сессии нет. Возможно, ссылка неполная или данные уже удалены.')}</p>
        <div class="form-actions">
          <a class="button button-primary" href=${startHref}>${msg('Запустить демо')}</a>
        </div>
      </div>
    </div>`;
  }
}

function stepLine(step: Step, view: LiveView): TemplateResult {
  const { name, state, title } = step;
  // What was only written down was not sent, and is not called so.
  const words =
    name === 'sms' && state === 'done' && view.smsSimulated
      ? msg('сохранено, не отправлено')
      : stateWords()[state];
  return html`<li class="step step-${state}" data-step=${name} data-state=${state}>
    ${icon(state)}
    <span class="step-title">${title}</span>
    <span class="step-state">${words}</span>
  </li>`;
}

/** `before`: there were answers, and none come any more. */
function unknownWords(before: boolean): string {
  return before ? msg('Не видно, что сейчас со звонком') : msg('Узнаём, как идёт звонок…');
}

customElements.define('halo-status', StatusScreen);
