import { msg, str } from '@lit/localize';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { AnalyticsDetails } from '../../api/types.ts';
import { counted, formatDay, formatDayShort } from '../../ui/format.ts';
import { LightElement } from '../../ui/light-element.ts';
import { labelled, ticks } from './scale.ts';

type Day = AnalyticsDetails['days'][number];

const HEIGHT = 220;
const TOP = 10;
const BOTTOM = 26;
const LABELS = 6;
/** Of a day's place, what its bar takes. */
const BAR = 0.68;

/**
 * Calls per day as bars, those with interest in them. A day is shown in words under the pointer or, with the keyboard,
 * by arrows, Home and End; the words are read out.
 */
export class DaysChart extends LightElement {
  static override properties = { days: { attribute: false }, shown: { state: true } };
  declare days: readonly Day[];
  declare private shown: number | undefined;

  constructor() {
    super();
    this.days = [];
    this.shown = undefined;
  }

  protected override updated(): void {
    const { shown } = this;
    if (shown === undefined) return;
    const tip = this.querySelector<HTMLElement>('.tip');
    const share = (shown + 0.5) / Math.max(1, this.days.length);
    tip?.style.setProperty('--tip-at', `${(share * 100).toFixed(2)}%`);
    tip?.classList.toggle('tip-left', share > 0.6);
  }

  #onMove(event: PointerEvent): void {
    const plot = event.currentTarget as HTMLElement;
    const { left, width } = plot.getBoundingClientRect();
    this.#show(Math.floor(((event.clientX - left) / width) * this.days.length));
  }

  #onKey(event: KeyboardEvent): void {
    const last = this.days.length - 1;
    const at = this.shown ?? last;
    const next: Readonly<Record<string, number>> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      Home: 0,
      End: last,
    };
    if (event.key === 'Escape') this.shown = undefined;
    const place = next[event.key];
    if (place === undefined) return;
    event.preventDefault();
    this.#show(place);
  }

  #show(place: number): void {
    this.shown = Math.min(this.days.length - 1, Math.max(0, place));
  }

  protected override render(): TemplateResult {
    const { days, shown } = this;
    const scale = ticks(Math.max(1, ...days.map((day) => day.calls)));
    const most = scale.at(-1) ?? 1;
    const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / most);
    return html`<div class="days-frame">
        <div class="days-scale" aria-hidden="true">
          <svg width="100%" height=${HEIGHT}>
            ${scale.map((tick) => svg`<text x="100%" y=${y(tick) + 4} text-anchor="end">${tick}</text>`)}
          </svg>
        </div>
        <div
          class="days-plot"
          role="group"
          tabindex="0"
          aria-label=${msg('График звонков по дням: стрелки влево и вправо ведут по дням')}
          @pointermove=${this.#onMove}
          @pointerdown=${this.#onMove}
          @pointerleave=${() => (this.shown = undefined)}
          @focus=${() => this.#show(this.shown ?? days.length - 1)}
          @blur=${() => (this.shown = undefined)}
          @keydown=${this.#onKey}
        >
          <svg width="100%" height=${HEIGHT} aria-hidden="true">
            ${scale.map(
              (tick) => svg`<line class="grid" x1="0" x2="100%" y1=${y(tick)} y2=${y(tick)}></line>`,
            )}
            ${days.map((day, place) => this.#bar(day, place, y))}
            ${labelled(days.length, LABELS).map((place, index, all) => this.#label(place, all.length - 1 - index))}
          </svg>
          ${shown === undefined ? nothing : this.#tip(days[shown])}
        </div>
      </div>
      <p class="unseen" aria-live="polite">${shown === undefined ? '' : words(days[shown])}</p>
      <ul class="legend" aria-hidden="true">
        <li class="series-interested">${msg('Заинтересованы')}</li>
        <li class="series-other">${msg('Остальные звонки')}</li>
      </ul>`;
  }

  #bar(day: Day, place: number, y: (value: number) => number): TemplateResult {
    const part = 100 / this.days.length;
    const x = `${(part * (place + (1 - BAR) / 2)).toFixed(3)}%`;
    const width = `${(part * BAR).toFixed(3)}%`;
    const between = (from: number, to: number, kind: string): TemplateResult =>
      to > from
        ? svg`<rect class=${kind} x=${x} width=${width} y=${y(to)} height=${y(from) - y(to)} rx="3"></rect>`
        : svg``;
    return svg`<g class=${place === this.shown ? 'day day-shown' : 'day'}>
      <rect class="day-place" x="${(part * place).toFixed(3)}%" width="${part.toFixed(3)}%" y="0" height=${HEIGHT - BOTTOM}></rect>
      ${between(day.interested, day.calls, 'series-other')} ${between(0, day.interested, 'series-interested')}
    </g>`;
  }

  /** `back`: how many labels follow it. A narrow screen has room for every other one, the narrowest for every fourth. */
  #label(place: number, back: number): TemplateResult {
    const part = 100 / this.days.length;
    const last = place === this.days.length - 1;
    const x = last ? '100%' : `${(part * (place + 0.5)).toFixed(3)}%`;
    return svg`<text class="${back % 2 === 1 ? 'label-between' : ''} ${back % 4 === 2 ? 'label-second' : ''}" x=${x} y=${HEIGHT - 6} text-anchor=${last ? 'end' : 'middle'}>${formatDayShort(this.days[place]?.day ?? '')}</text>`;
  }

  #tip(day: Day | undefined): TemplateResult | typeof nothing {
    if (day === undefined) return nothing;
    return html`<div class="tip" aria-hidden="true">
      <b>${formatDay(day.day)}</b>
      <span>${counted(day.calls, msg('звонок|звонка|звонков'))}</span>
      <span class="series-interested">${msg(str`заинтересованы: ${day.interested}`)}</span>
      <span>${msg(str`стали лидами: ${day.leads}`)}</span>
      <span>${counted(day.chats, msg('чат|чата|чатов'))}</span>
    </div>`;
  }
}

function words(day: Day | undefined): string {
  if (day === undefined) return '';
  const calls = counted(day.calls, msg('звонок|звонка|звонков'));
  return msg(str`${formatDay(day.day)}: ${calls}, заинтересованы: ${day.interested}`);
}

customElements.define('halo-days-chart', DaysChart);
