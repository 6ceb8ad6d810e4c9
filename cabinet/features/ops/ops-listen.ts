import { msg } from '@lit/localize';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { LISTEN_FRAME_MS } from '../../../engine/contract/listening.ts';
import { ApiError } from '../../api/api-error.ts';
import type { OpsApi } from '../../api/ops.ts';
import { counted, formatGap, formatStopwatch } from '../../ui/format.ts';
import { icon } from '../../ui/icon.ts';
import { LightElement } from '../../ui/light-element.ts';
import { meterOf } from '../../ui/meter.ts';
import { notice } from '../../ui/notice.ts';
import { LiveSound, type ListenPhase, type ListenReport } from './live-sound.ts';

/** Figures that change faster cannot be read. */
const READABLE_MS = 500;

/** «Слушать»: a live call by ear, both of its sides. Whoever leaves the call stops listening. */
export class OpsListen extends LightElement {
  static override properties = {
    api: { attribute: false },
    callId: { attribute: false },
    over: { attribute: false },
    phase: { state: true },
    report: { state: true },
  };
  declare api: OpsApi;
  declare callId: string;
  /** The call has ended: there is nothing to begin to listen to. */
  declare over: boolean;
  /** Undefined: nobody listens. */
  declare private phase: ListenPhase | undefined;
  declare private report: ListenReport | undefined;
  #sound: LiveSound | undefined;
  #latest: ListenReport | undefined;
  #shownMs = 0;

  constructor() {
    super();
    this.callId = '';
    this.over = false;
    this.phase = undefined;
    this.report = undefined;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('callId') || changed.has('api')) this.#stop();
  }

  #stop(): void {
    this.#sound?.stop();
    this.#sound = undefined;
    this.#latest = undefined;
    this.phase = undefined;
    this.report = undefined;
  }

  readonly #press = (): void => {
    const listens = this.#listens;
    this.#stop();
    if (listens) return;
    this.#sound = new LiveSound({
      api: this.api,
      callId: this.callId,
      onPhase: (phase) => {
        this.phase = phase;
        // The last figures are exact.
        this.report = this.#latest;
      },
      onReport: (report) => this.#show(report),
    });
  };

  get #listens(): boolean {
    return this.phase !== undefined && this.phase.name !== 'over' && this.phase.name !== 'failed';
  }

  #show(report: ListenReport): void {
    const nowMs = performance.now();
    const readable = nowMs - this.#shownMs >= READABLE_MS;
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (readable || !calm) {
      this.style.setProperty('--caller', meterOf(report.levels.caller).toFixed(2));
      this.style.setProperty('--assistant', meterOf(report.levels.assistant).toFixed(2));
    }
    this.#latest = report;
    if (!readable) return;
    this.#shownMs = nowMs;
    this.report = report;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { phase, over } = this;
    if (over && phase === undefined) return nothing;
    return html`<div class="ops-listen">
      <button
        type="button"
        class="button"
        aria-pressed=${this.#listens}
        ?disabled=${over && !this.#listens}
        @click=${this.#press}
      >
        ${icon(this.#listens ? 'pause' : 'play')} ${msg('Слушать')}
      </button>
      <p class="ops-listen-phase" role="status">${phaseWords(phase, this.report)}</p>
      ${phase?.name === 'failed' ? notice('warning', failureWords(phase.cause)) : nothing}
      ${this.report === undefined ? nothing : figures(this.report)}
    </div>`;
  }
}

function phaseWords(phase: ListenPhase | undefined, report: ListenReport | undefined): string {
  switch (phase?.name) {
    case undefined:
      return msg('Обе стороны, пока звонок идёт. На разговоре это не сказывается.');
    case 'connecting':
      return msg('Подключаемся…');
    case 'waiting':
      return msg('Звук появится, когда абонент ответит.');
    case 'listening':
      return msg('Слушаем. В наушниках абонент слева, HALO справа.');
    case 'over':
      return report === undefined ? msg('Звонок закончен, звука не было.') : msg('Звонок закончен.');
    case 'failed':
      return '';
  }
}

function failureWords(cause: unknown): string {
  if (cause instanceof ApiError && cause.kind === 'http') return cause.message;
  if (typeof AudioWorkletNode === 'undefined')
    return msg(
      'Этот браузер не может играть звук звонка: обновите его или откройте кабинет по https или с localhost.',
    );
  return msg('Звук оборвался: нет связи с сервером. Нажмите «Слушать» ещё раз.');
}

function figures({ behindMs, frames, missed, underruns }: ListenReport): TemplateResult {
  const facts: readonly (readonly [string, string, boolean])[] = [
    [msg('Отставание'), formatGap(behindMs), false],
    [msg('Услышано'), formatStopwatch(frames * LISTEN_FRAME_MS), false],
    [msg('Пропущено'), counted(missed, msg('кадр|кадра|кадров')), missed > 0],
    [msg('Звук прерывался'), counted(underruns, msg('раз|раза|раз')), underruns > 0],
  ];
  return html`<div class="ops-levels" aria-hidden="true">
      <span>${msg('Абонент')}</span><i class="ops-level ops-level-caller"></i> <span>HALO</span
      ><i class="ops-level ops-level-assistant"></i>
    </div>
    <dl class="ops-media">
      ${facts.map(
        ([name, value, bad]) =>
          html`<div class=${bad ? 'ops-listen-bad' : nothing}>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`;
}

customElements.define('halo-ops-listen', OpsListen);
