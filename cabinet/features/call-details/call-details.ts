import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { api, recordingUrl } from '../../api/client.ts';
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
  readonly sms: DemoResult['sms'];
}

/** The call; for the session's own one, also its SMS. Without the latter the rest is shown all the same. */
async function load(id: string, sessionId: string | null, signal: AbortSignal): Promise<Loaded> {
  const interaction = await api.interaction(id, signal);
  if (interaction.is_demo || sessionId === null) return { interaction, sms: null };
  const result = await api.sessionResult(sessionId, signal).catch(() => undefined);
  return { interaction, sms: result?.call_id === id ? result.sms : null };
}

/** D12 «Детали звонка», for demo and real calls; a real one has its recording. */
export class CallDetails extends LightElement {
  static override properties = {
    interactionId: { attribute: false },
    sessionId: { attribute: false },
    silent: { state: true },
  };
  declare interactionId: string;
  /** The visitor's session: it knows what became of the SMS of its own call. */
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
    return html`<halo-modal heading="Детали звонка">${this.#content()}</halo-modal>`;
  }

  #content(): TemplateResult {
    const { state } = this.#call;
    if (state.status === 'failed') return failure(state.error, this.#load);
    if (state.status !== 'done') return loading('Загружаем звонок…');
    const { interaction, sms } = state.value;
    if (interaction.type !== 'call') return notice('error', 'Это не звонок, а чат: ссылка неверная.');
    return this.#details(interaction, sms);
  }

  #details(call: CallInteraction, sms: DemoResult['sms']): TemplateResult {
    return html`<dl class="facts facts-two">
        <div>
          <dt>Дата</dt>
          <dd><time datetime=${call.created_at}>${formatDateTime(call.created_at)}</time></dd>
        </div>
        <div>
          <dt>Длительность</dt>
          <dd>${formatDuration(call.duration_sec)}</dd>
        </div>
        <div>
          <dt>Итог</dt>
          <dd>${dispositionBadge(call.disposition)} ${call.is_demo ? badge('Демо') : ownBadge()}</dd>
        </div>
        <div>
          <dt>Телефон</dt>
          <dd>${call.phone_masked}</dd>
        </div>
      </dl>
      <h3>Резюме</h3>
      <p>${call.summary === '' ? DASH : call.summary}</p>
      ${call.is_demo || call.transcript.length === 0 ? nothing : this.#recording(call.id)}
      <h3>Разговор</h3>
      ${
        call.transcript.length === 0
          ? html`<p class="empty">Разговора не было.</p>`
          : transcript(call.transcript)
      }
      ${call.crm_record === null ? nothing : crmPlate(call.crm_record, sms)}`;
  }

  #recording(callId: string): TemplateResult {
    return html`<h3 id="recording-title">Запись</h3>
      ${
        this.silent
          ? html`<p class="empty">Запись недоступна: файл ещё не готов или удалён.</p>`
          : html`<audio
              controls
              preload="metadata"
              aria-labelledby="recording-title"
              src=${recordingUrl(callId)}
              @error=${() => (this.silent = true)}
            ></audio>`
      }`;
  }
}

customElements.define('halo-call-details', CallDetails);
