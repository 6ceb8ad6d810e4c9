import { msg } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { RequestController } from '../../api/request-controller.ts';
import type { CallInteraction, CallTimeline, DemoResult } from '../../api/types.ts';
import { badge, dispositionBadge, ownBadge } from '../../ui/badge.ts';
import { crmPlate } from '../../ui/crm-plate.ts';
import { DASH, formatDateTime, formatDuration } from '../../ui/format.ts';
import { LightElement } from '../../ui/light-element.ts';
import '../../ui/modal.ts';
import { missingOr, notice } from '../../ui/notice.ts';
import { transcript } from '../../ui/transcript.ts';
import { gapBars } from './gap-bars.ts';
import { lineAt } from './line-at.ts';
import { loadCall, type LoadedCall } from './load-call.ts';
import './recording-player.ts';
import type { RecordingPlayer } from './recording-player.ts';
import { skeleton } from './skeleton.ts';
import './spoken-lines.ts';

/** D12 «Детали звонка», for demo and real calls; a real one has its times, and to its own visitor its recording. */
export class CallDetails extends LightElement {
  static override properties = {
    interactionId: { attribute: false },
    sessionId: { attribute: false },
    current: { state: true },
    pointed: { state: true },
  };
  declare interactionId: string;
  /** The visitor's session: it has its own call's recording, and what became of the SMS. */
  declare sessionId: string | null;
  /** The line that is heard; −1: none. */
  declare private current: number;
  /** The gap whose parts are shown. */
  declare private pointed: number | undefined;
  readonly #call = new RequestController<LoadedCall>(this);

  constructor() {
    super();
    this.interactionId = '';
    this.sessionId = null;
    this.current = -1;
    this.pointed = undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('interactionId')) return;
    this.current = -1;
    this.pointed = undefined;
    this.#load();
  }

  readonly #load = (): void => {
    void this.#call.run((signal) => loadCall(this.interactionId, this.sessionId, signal));
  };

  get #player(): RecordingPlayer | null {
    return this.querySelector('halo-recording-player');
  }

  protected override render(): TemplateResult {
    return html`<halo-modal wide heading=${msg('Детали звонка')}>${this.#content()}</halo-modal>`;
  }

  #content(): TemplateResult {
    const { state } = this.#call;
    if (state.status === 'failed') return missingOr(state.error, this.#load);
    if (state.status !== 'done') return skeleton(msg('Загружаем звонок…'));
    const { interaction, own, timeline } = state.value;
    if (interaction.type !== 'call') return notice('error', msg('Это не звонок, а чат: ссылка неверная.'));
    return this.#details(interaction, own, timeline);
  }

  #details(
    call: CallInteraction,
    own: DemoResult | undefined,
    timeline: CallTimeline | undefined,
  ): TemplateResult {
    return html`<div class="call">
      <dl class="facts call-facts">
        <div>
          <dt>${msg('Итог')}</dt>
          <dd>${dispositionBadge(call.disposition)} ${sourceBadge(call, own)}</dd>
        </div>
        <div>
          <dt>${msg('Дата')}</dt>
          <dd><time datetime=${call.created_at}>${formatDateTime(call.created_at)}</time></dd>
        </div>
        <div>
          <dt>${msg('Длительность')}</dt>
          <dd>${formatDuration(call.duration_sec)}</dd>
        </div>
        <div>
          <dt>${msg('Телефон')}</dt>
          <dd class="call-phone">${call.phone_masked}</dd>
        </div>
      </dl>
      <section class="call-summary" aria-labelledby="summary-title">
        <h3 id="summary-title">${msg('Резюме')}</h3>
        <p>${call.summary === '' ? DASH : call.summary}</p>
      </section>
      ${call.is_demo ? demoNote() : call.transcript.length === 0 ? nothing : this.#recording(own, timeline)}
      <div class="call-columns">
        <section class="call-talk" aria-labelledby="talk-title">
          <h3 id="talk-title">${msg('Разговор')}</h3>
          ${this.#talk(call, own, timeline)}
        </section>
        <div class="call-side">
          ${call.crm_record === null ? nothing : crmPlate(call.crm_record, own ?? null, 'details')}
          ${timeline === undefined ? nothing : this.#gaps(timeline, own)}
        </div>
      </div>
    </div>`;
  }

  #talk(
    call: CallInteraction,
    own: DemoResult | undefined,
    timeline: CallTimeline | undefined,
  ): TemplateResult {
    if (call.transcript.length === 0) return html`<p class="empty">${msg('Разговора не было.')}</p>`;
    if (timeline === undefined) return transcript(call.transcript);
    return html`<halo-spoken-lines
      .lines=${timeline.lines}
      .current=${this.current}
      .canSeek=${hasRecording(own)}
      @line-chosen=${(event: CustomEvent<number>) => {
        this.#player?.seek(timeline.lines[event.detail]?.start_ms ?? 0, { play: true });
        this.current = event.detail;
      }}
    ></halo-spoken-lines>`;
  }

  #gaps(timeline: CallTimeline, own: DemoResult | undefined): TemplateResult | typeof nothing {
    return gapBars({
      timeline,
      pointed: this.pointed,
      onPoint: (at) => (this.pointed = at),
      onListen: hasRecording(own) ? (ms) => this.#player?.seek(ms, { play: true }) : undefined,
    });
  }

  #recording(own: DemoResult | undefined, timeline: CallTimeline | undefined): TemplateResult {
    return html`<section class="call-sound" aria-labelledby="recording-title">
      <h3 id="recording-title" class="unseen">${msg('Запись')}</h3>
      ${this.#sound(own, timeline)}
    </section>`;
  }

  /** A recording is a person's voice: only the session that made the call has its address. */
  #sound(own: DemoResult | undefined, timeline: CallTimeline | undefined): TemplateResult {
    if (own === undefined || this.sessionId === null) {
      return html`<p class="empty">
        ${msg('Запись доступна только по ссылке демо-сессии, в которой сделан звонок.')}
      </p>`;
    }
    if (own.recording_url === null) {
      return timeline?.recording === 'writing'
        ? notice(
            'info',
            msg('Разговор ещё идёт и записывается. Запись появится, когда он закончится.'),
            html`<button type="button" class="button button-small" @click=${this.#load}>
              ${msg('Проверить')}
            </button>`,
          )
        : html`<p class="empty">${msg('Записи этого разговора нет: она не сохранилась.')}</p>`;
    }
    return html`<halo-recording-player
      .url=${own.recording_url}
      .callId=${own.call_id}
      .sessionId=${this.sessionId}
      .lines=${timeline?.lines ?? []}
      .knownMs=${timeline?.duration_ms ?? null}
      @player-at=${(event: CustomEvent<number>) => {
        this.current = lineAt(timeline?.lines ?? [], event.detail);
      }}
    ></halo-recording-player>`;
  }
}

function hasRecording(own: DemoResult | undefined): boolean {
  return own !== undefined && own.recording_url !== null;
}

function sourceBadge(call: CallInteraction, own: DemoResult | undefined): TemplateResult {
  if (call.is_demo) return badge(msg('Демо'));
  return own === undefined ? badge(msg('Реальный звонок')) : ownBadge();
}

function demoNote(): TemplateResult {
  return notice(
    'info',
    msg(
      'Это демо-звонок: разговор написан для примера. Записи и замеров у него нет, они есть у вашего звонка.',
    ),
  );
}

customElements.define('halo-call-details', CallDetails);
