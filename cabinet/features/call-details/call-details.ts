import { msg } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { api } from '../../api/client.ts';
import { RequestController } from '../../api/request-controller.ts';
import type { CallInteraction, DemoResult, Interaction } from '../../api/types.ts';
import { badge, dispositionBadge, ownBadge } from '../../ui/badge.ts';
import { crmPlate } from '../../ui/crm-plate.ts';
import { DASH, formatDateTime, formatDuration } from '../../ui/format.ts';
import { LightElement } from '../../ui/light-element.ts';
import '../../ui/modal.ts';
import { failure, loading, notice } from '../../ui/notice.ts';
import { transcript } from '../../ui/transcript.ts';

interface Loaded {
  readonly interaction: Interaction;
  /** What the visitor's session knows besides of this call, where it is the session's own. */
  readonly own: DemoResult | undefined;
}

/** Without the session's answer the call is shown all the same. */
async function load(id: string, sessionId: string | null, signal: AbortSignal): Promise<Loaded> {
  const interaction = await api.interaction(id, signal);
  if (interaction.is_demo || sessionId === null) return { interaction, own: undefined };
  const result = await api.sessionResult(sessionId, signal).catch(() => undefined);
  return { interaction, own: result?.call_id === id ? result : undefined };
}

/** D12 «Детали звонка», for demo and real calls; a real one has its recording. */
export class CallDetails extends LightElement {
  static override properties = {
    interactionId: { attribute: false },
    sessionId: { attribute: false },
    silent: { state: true },
  };
  declare interactionId: string;
  /** The visitor's session: it has its own call's recording, and what became of the SMS. */
  declare sessionId: string | null;
  /** The recording could not be loaded. */
  declare private silent: boolean;
  readonly #call = new RequestController<Loaded>(this);

  constructor() {
    super();
    this.interactionId = '';
    this.sessionId = null;
    this.silent = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('interactionId')) return;
    this.silent = false;
    this.#load();
  }

  readonly #load = (): void => {
    void this.#call.run((signal) => load(this.interactionId, this.sessionId, signal));
  };

  protected override render(): TemplateResult {
    return html`<halo-modal heading=${msg('Детали звонка')}>${this.#content()}</halo-modal>`;
  }

  #content(): TemplateResult {
    const { state } = this.#call;
    if (state.status === 'failed') return failure(state.error, this.#load);
    if (state.status !== 'done') return loading(msg('Загружаем звонок…'));
    const { interaction, own } = state.value;
    if (interaction.type !== 'call') return notice('error', msg('Это не звонок, а чат: ссылка неверная.'));
    return this.#details(interaction, own);
  }

  #details(call: CallInteraction, own: DemoResult | undefined): TemplateResult {
    return html`<dl class="facts facts-two">
        <div>
          <dt>${msg('Дата')}</dt>
          <dd><time datetime=${call.created_at}>${formatDateTime(call.created_at)}</time></dd>
        </div>
        <div>
          <dt>${msg('Длительность')}</dt>
          <dd>${formatDuration(call.duration_sec)}</dd>
        </div>
        <div>
          <dt>${msg('Итог')}</dt>
          <dd>${dispositionBadge(call.disposition)} ${call.is_demo ? badge(msg('Демо')) : ownBadge()}</dd>
        </div>
        <div>
          <dt>${msg('Телефон')}</dt>
          <dd>${call.phone_masked}</dd>
        </div>
      </dl>
      <h3>${msg('Резюме')}</h3>
      <p>${call.summary === '' ? DASH : call.summary}</p>
      ${call.is_demo || call.transcript.length === 0 ? nothing : this.#recording(own)}
      <h3>${msg('Разговор')}</h3>
      ${
        call.transcript.length === 0
          ? html`<p class="empty">${msg('Разговора не было.')}</p>`
          : transcript(call.transcript)
      }
      ${call.crm_record === null ? nothing : crmPlate(call.crm_record, own ?? null)}`;
  }

  #recording(own: DemoResult | undefined): TemplateResult {
    return html`<h3 id="recording-title">${msg('Запись')}</h3>
      ${this.#player(own)}`;
  }

  /** A recording is a person's voice: only the session that made the call has its address. */
  #player(own: DemoResult | undefined): TemplateResult {
    if (own === undefined) {
      return html`<p class="empty">
        ${msg('Запись доступна только по ссылке демо-сессии, в которой сделан звонок.')}
      </p>`;
    }
    if (own.recording_url === null || this.silent) {
      return html`<p class="empty">${msg('Запись недоступна: файл ещё не готов или удалён.')}</p>`;
    }
    return html`<audio
      controls
      preload="metadata"
      aria-labelledby="recording-title"
      src=${own.recording_url}
      @error=${() => (this.silent = true)}
    ></audio>`;
  }
}

customElements.define('halo-call-details', CallDetails);
