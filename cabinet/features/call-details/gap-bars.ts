import { msg, str } from '@lit/localize';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { CallTimeline, TimelineLine } from '../../api/types.ts';
import { DASH, formatCount, formatGap, formatStopwatch } from '../../ui/format.ts';

/** In parts of a hundred of the drawing. */
const WIDTH = 100;
/** The axis reaches beyond the limit, so that it can be seen to be kept. */
const BEYOND = 1.15;
/** A gap is heard as one only with the words before it. */
const LEAD_MS = 1_500;

type Gap = NonNullable<TimelineLine['gap']>;
type Part = Gap['parts'][number];

interface GapLine {
  readonly line: TimelineLine;
  readonly gap: Gap;
}

export interface GapBarsOptions {
  readonly timeline: CallTimeline;
  /** The reply whose parts are told; undefined: none is pointed at. */
  readonly pointed: number | undefined;
  readonly onPoint: (at: number | undefined) => void;
  /** Undefined where there is no sound to go to. */
  readonly onListen: ((ms: number) => void) | undefined;
}

/** The gaps that a caller heard, a bar a reply, against the limit; on pointing, what each was spent on. */
export function gapBars(options: GapBarsOptions): TemplateResult | typeof nothing {
  const { timeline } = options;
  const gaps = gapLines(timeline);
  if (gaps.length === 0) return nothing;
  const average = gaps.reduce((sum, { gap }) => sum + gap.gap_ms, 0) / gaps.length;
  const most = Math.max(...gaps.map(({ gap }) => gap.gap_ms));
  const limit = timeline.budget_ms;
  const scale = WIDTH / (Math.max(most, limit) * BEYOND);
  const pointed = gaps.find((_, at) => at === options.pointed);
  return html`<section class="gaps" aria-labelledby="gaps-title">
    <h3 id="gaps-title">${msg('Паузы перед ответами')}</h3>
    <p class="gaps-sum">
      ${msg(str`В среднем ${formatGap(average)}, самая долгая ${formatGap(most)}.`)}
      ${
        most <= limit
          ? html`<span class="gaps-good">${msg(str`Все в пределах ${formatGap(limit)}.`)}</span>`
          : html`<span class="gaps-bad">${msg(str`Предел ${formatGap(limit)} превышен.`)}</span>`
      }
    </p>
    <ol class="gap-list" @pointerleave=${() => options.onPoint(undefined)}>
      ${gaps.map((one, at) => gapRow(one, at, scale, options))}
    </ol>
    <p class="gap-parts">
      ${pointed === undefined || pointed.gap.parts.length === 0 ? legend() : pointed.gap.parts.map((part) => partWords(part))}
    </p>
    ${table(gaps)}
  </section>`;
}

function gapLines({ lines }: CallTimeline): readonly GapLine[] {
  return lines.flatMap((line) => (line.gap === null ? [] : [{ line, gap: line.gap }]));
}

function gapRow(
  { gap }: GapLine,
  at: number,
  scale: number,
  { timeline, onPoint, onListen, pointed }: GapBarsOptions,
): TemplateResult {
  const time = formatStopwatch(gap.from_ms);
  const late = gap.gap_ms > timeline.budget_ms;
  const limitX = timeline.budget_ms * scale;
  const parts = gap.parts.length === 0 ? [{ stage: 'answer' as const, ms: gap.gap_ms }] : gap.parts;
  let x = 0;
  const bars = parts.map(({ stage, ms }) => {
    const bar = svg`<rect class="gap-${stage}" x=${x} y="2" width=${ms * scale} height="8" />`;
    x += ms * scale;
    return bar;
  });
  const row = html`<span class="gap-time">${time}</span>
    <svg class="gap-bar" viewBox="0 0 ${WIDTH} 12" preserveAspectRatio="none" aria-hidden="true">
      <rect class="gap-ground" width=${WIDTH} y="2" height="8" />
      ${bars}
      <path class="gap-limit" d="M${limitX} 0V12" />
    </svg>
    <span class="gap-ms ${late ? 'gap-late' : ''}">${formatGap(gap.gap_ms)}</span>`;
  const words = msg(str`Пауза ${formatGap(gap.gap_ms)} на ${time}`);
  return html`<li
    class=${at === pointed ? 'gap-row gap-pointed' : 'gap-row'}
    @pointerenter=${() => onPoint(at)}
  >
    <button
      type="button"
      aria-label=${onListen === undefined ? words : msg(str`${words}: послушать`)}
      @focus=${() => onPoint(at)}
      @click=${() => onListen?.(Math.max(0, gap.from_ms - LEAD_MS))}
    >
      ${row}
    </button>
  </li>`;
}

function legend(): TemplateResult[] {
  return (['endpointing', 'recognition', 'answer'] as const).map(
    (stage) => html`<span class="gap-part gap-part-${stage}">${stageWords(stage)}</span>`,
  );
}

function partWords({ stage, ms }: Part): TemplateResult {
  return html`<span class="gap-part gap-part-${stage}"
    >${stageWords(stage)} <b>${milliseconds(ms)}</b></span
  >`;
}

/** Parts are often shorter than a tenth of a second. */
function milliseconds(ms: number): string {
  return msg(str`${formatCount(ms)} мс`);
}

function stageWords(stage: Part['stage']): string {
  const words: Readonly<Record<Part['stage'], string>> = {
    endpointing: msg('ждём, не продолжит ли клиент'),
    recognition: msg('дораспознаём речь'),
    answer: msg('ответ и первый звук'),
  };
  return words[stage];
}

function table(gaps: readonly GapLine[]): TemplateResult {
  const stages = ['endpointing', 'recognition', 'answer'] as const;
  return html`<details class="gap-details">
    <summary>${msg('Показать таблицей')}</summary>
    <div class="gap-scroll" role="group" tabindex="0" aria-labelledby="gaps-title">
      <table id="gap-table">
        <caption class="unseen">
          ${msg('Паузы перед ответами и из чего они сложились')}
        </caption>
        <thead>
          <tr>
            <th scope="col">${msg('Время')}</th>
            <th scope="col">${msg('Пауза')}</th>
            ${stages.map((stage) => html`<th scope="col">${stageWords(stage)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${gaps.map(
            ({ gap }) =>
              html`<tr>
                <th scope="row">${formatStopwatch(gap.from_ms)}</th>
                <td>${formatGap(gap.gap_ms)}</td>
                ${stages.map((stage) => {
                  const part = gap.parts.find((one) => one.stage === stage);
                  return html`<td>${part === undefined ? DASH : milliseconds(part.ms)}</td>`;
                })}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}
