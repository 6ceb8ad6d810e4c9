import { msg, str } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { ApiError } from '../../api/api-error.ts';
import { api } from '../../api/client.ts';
import { Poller } from '../../api/poller.ts';
import type { DemoResult, DemoSessionStatus } from '../../api/types.ts';
import { analyticsHref, startHref } from '../../app/routes.ts';
import { visitorMemory } from '../../app/visitor-memory.ts';
import { serverWords } from '../../i18n/server-words.ts';
import { formatStopwatch } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';
import { notice } from '../../ui/notice.ts';
import { transcript } from '../../ui/transcript.ts';
import { NOTHING_YET, stateWords, foldStatus, type StatusView, type Step } from './fold-status.ts';

const POLL_MS = 1000;
const SLOWEST_POLL_MS = 5000;
/** Without any progress for so long, the visitor is told and may go on. */
const PATIENCE_MS = 90_000;

interface Progress {
  readonly session: DemoSessionStatus;
  readonly result: DemoResult;
}

/** D10 «Статус демо»: asks every second until the demo is over, through lost connections too. */
export class StatusScreen extends LightElement {
  static override properties = {
    sessionId: { attribute: false },
    progress: { state: true },
    trouble: { state: true },
    nowMs: { state: true },
  };
  declare sessionId: string;
  declare private progress: Progress | undefined;
  declare private trouble: ApiError | undefined;
  declare private nowMs: number;
  #poller: Poller<Progress> | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #openedAtMs = Date.now();
  #progressAtMs = Date.now();
  #followsWords = true;

  constructor() {
    super();
    this.sessionId = '';
    this.progress = undefined;
    this.trouble = undefined;
    this.nowMs = Date.now();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#begin();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('sessionId')) this.#begin();
    const list = this.querySelector('.live-words');
    if (list !== null) {
      this.#followsWords = list.scrollHeight - list.scrollTop - list.clientHeight < 48;
    }
  }

  protected override updated(changed: PropertyValues): void {
    const list = this.querySelector('.live-words');
    if (changed.has('progress') && list !== null && this.#followsWords) list.scrollTop = list.scrollHeight;
  }

  #begin(): void {
    this.#stop();
    const id = this.sessionId;
    this.progress = undefined;
    this.trouble = undefined;
    this.nowMs = this.#openedAtMs = this.#progressAtMs = Date.now();
    if (id === '') return;
    this.#ticker = setInterval(() => (this.nowMs = Date.now()), POLL_MS);
    this.#poller = new Poller<Progress>({
      // One after the other: the result is then never older than the status it explains.
      load: async (signal) => ({
        session: await api.sessionStatus(id, signal),
        result: await api.sessionResult(id, signal),
      }),
      onValue: (value) => this.#onProgress(value),
      onError: (error) => this.#onTrouble(error),
      everyMs: POLL_MS,
      slowestMs: SLOWEST_POLL_MS,
    });
    this.#poller.start();
  }

  #stop(): void {
    this.#poller?.stop();
    clearInterval(this.#ticker);
  }

  #onProgress(value: Progress): 'continue' | 'stop' {
    if (JSON.stringify(value) !== JSON.stringify(this.progress)) this.#progressAtMs = Date.now();
    this.trouble = undefined;
    this.progress = value;
    const { phase } = foldStatus(value.session, value.result);
    if (phase === 'running') return 'continue';
    clearInterval(this.#ticker);
    return 'stop';
  }

  #onTrouble(error: unknown): 'continue' | 'stop' {
    this.trouble =
      error instanceof ApiError
        ? error
        : new ApiError('malformed', msg('Не удалось показать статус. Обновите страницу.'), { cause: error });
    if (!this.trouble.isGone) return 'continue';
    visitorMemory.forgetSession(this.sessionId);
    this.#stop();
    return 'stop';
  }

  protected override render(): TemplateResult {
    if (this.trouble?.isGone === true) return this.#gone();
    const { progress } = this;
    const view = foldStatus(progress?.session ?? NOTHING_YET, progress?.result);
    const slow = view.phase === 'running' && this.nowMs - this.#progressAtMs > PATIENCE_MS;
    return html`<div class="screen screen-narrow">
      <h1 tabindex="-1">${msg('Статус демо')}</h1>
      ${
        this.trouble === undefined
          ? nothing
          : notice(
              'warning',
              msg(str`${this.trouble.message} Продолжаем попытки — страницу обновлять не нужно.`),
            )
      }
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
      <section class="card" aria-label=${msg('Ход демо')}>
        ${this.#headline(view)}
        <ol class="steps">
          ${view.steps.map((step) => stepLine(step))}
        </ol>
        ${this.#actions(view, slow)}
      </section>
      ${this.#words()}
    </div>`;
  }

  #headline(view: StatusView): TemplateResult {
    const answeredAt = this.progress?.result.live.started_at ?? null;
    const seenAtMs = answeredAt === null ? this.#openedAtMs : Date.parse(answeredAt);
    const startedAtMs = visitorMemory.startedAtMs(this.sessionId) ?? seenAtMs;
    const going = view.phase === 'running';
    return html`<div class="status-head">
      <p class="status-now status-${view.phase}" role="status">${view.sentence}</p>
      ${
        going
          ? html`<p class="status-time">
              ${msg('Прошло')} <span role="timer">${formatStopwatch(this.nowMs - startedAtMs)}</span>
            </p>`
          : nothing
      }
    </div>`;
  }

  #actions(view: StatusView, slow: boolean): TemplateResult {
    const ready = view.phase !== 'running' || slow;
    return html`<div class="form-actions">
      ${
        view.phase === 'failed'
          ? html`<a class="button button-primary" href=${startHref}>${msg('Попробовать ещё раз')}</a>`
          : nothing
      }
      ${
        ready
          ? html`<a
              class="button ${view.phase === 'failed' ? '' : 'button-primary'}"
              href=${analyticsHref(this.sessionId)}
              >${msg('Перейти к аналитике')}</a
            >`
          : html`<button type="button" class="button button-primary" disabled>
              ${msg('Перейти к аналитике')}
            </button>`
      }
    </div>`;
  }

  #words(): TemplateResult {
    const lines = this.progress?.result.live.transcript ?? [];
    const reason = this.progress?.result.call_status_text ?? null;
    const waits = this.progress === undefined || this.progress.session.call_status === 'pending';
    const empty = waits
      ? msg('Слова появятся здесь, как только абонент ответит.')
      : msg('Разговора не было.');
    return html`<section class="card" aria-labelledby="words-title">
      <h2 id="words-title">${msg('Разговор')}</h2>
      <div class="live-words" role="log" aria-live="polite" aria-labelledby="words-title" tabindex="0">
        ${lines.length === 0 ? html`<p class="empty">${empty}</p>` : transcript(lines)}
      </div>
      ${reason === null || reason === '' || lines.length === 0 ? nothing : html`<p class="words-end">${sentence(serverWords(reason))}</p>`}
    </section>`;
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

/** «абонент повесил трубку» → «Абонент повесил трубку.» */
function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/[.\s]+$/, '')}.`;
}

function stepLine(step: Step): TemplateResult {
  return html`<li class="step step-${step.state}" data-step=${step.name} data-state=${step.state}>
    ${icon(step.state)}
    <span class="step-title">${step.title}</span>
    <span class="step-state">${stateWords()[step.state]}</span>
  </li>`;
}

customElements.define('halo-status', StatusScreen);
