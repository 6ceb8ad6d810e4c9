import { msg, str } from '@lit/localize';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { CallEvent, CallEventOf } from '../../../engine/contract/call-event.ts';
import { badge } from '../../ui/badge.ts';
import { formatCount, formatMs } from '../../ui/format.ts';
import { notice } from '../../ui/notice.ts';
import { facts } from './call-figures.ts';
import { gaugesOf, type Gauge } from './media-gauges.ts';
import { SHOWN_SEC, silentSec, type MediaHistory, type MediaSample } from './media-history.ts';
import './live-media.css';

/** A pause in the caller's packets that is worth a word: some phones send nothing while nobody speaks. */
const SILENCE_SEC = 2;
const WIDTH = 120;
const HEIGHT = 28;

/** How the sound of a live call fares; nothing of one that has ended, or that nobody has dialled yet. */
export function liveMedia(
  history: MediaHistory | undefined,
  events: readonly CallEvent[],
): TemplateResult | typeof nothing {
  const dialled = events.find((one): one is CallEventOf<'line.dialling'> => one.type === 'line.dialling');
  const over = events.some(({ type }) => type === 'media.measured' || type === 'call.ended');
  if (history === undefined || dialled === undefined || over) return nothing;
  if (!history.here)
    return notice('info', msg('Звонок ведёт другой процесс: цифры о звуке — по окончании разговора.'));
  const last = history.samples.at(-1);
  if (last === undefined) return nothing;
  const gauges = gaugesOf(history.samples);
  const where = whereWords(dialled.simulated, last.loopback);
  return html`<section class="card live-media" aria-labelledby="live-media-title">
    <header class="live-media-head">
      <h3 id="live-media-title">${msg('Звук в сети сейчас')}</h3>
      <p class="live-media-summary" role="status">
        ${summary(gauges, silentSec(history.samples) >= SILENCE_SEC)}
      </p>
    </header>
    ${where === undefined ? nothing : html`<p class="live-media-where">${where}</p>`}
    <ul class="live-media-gauges">
      ${gauges.map(gaugeTile)}
    </ul>
    ${facts(factsOf(last))}
  </section>`;
}

function summary(gauges: readonly Gauge[], silent: boolean): unknown {
  if (silent) return badge(msg('пакеты абонента не приходят'), 'warm');
  const wrong = gauges.filter(({ tone }) => tone !== 'good');
  if (wrong.length === 0) return badge(msg('звук доходит ровно'), 'good');
  return wrong.map(({ words, tone }) => html`${badge(words, tone)} `);
}

function whereWords(simulated: boolean, loopback: boolean): string | undefined {
  if (simulated)
    return msg(
      'Линия смоделирована: абонент — программа, и цифры — о потоке до неё, а не о сети до человека.',
    );
  if (loopback) return msg('Поток не выходит из этой машины: цифры — о нём, а не о сети до человека.');
  return undefined;
}

function gaugeTile({ name, value, span, tone, words, points, limit, format }: Gauge): TemplateResult {
  const most = Math.max(0, ...points.map((point) => point.value));
  return html`<li class="live-gauge live-gauge-${tone}">
    <p class="live-gauge-name">${name}</p>
    <p class="live-gauge-value">${value} <small>${span}</small></p>
    <p class="live-gauge-words">${words}</p>
    <svg
      class="live-gauge-line"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label=${msg(str`За минуту: не больше ${format(most)}`)}
    >
      ${sparkline(points, Math.max(most, limit * 1.25), limit)}
    </svg>
  </li>`;
}

/** The minute from left to right; the dashed line is where good ends. */
function sparkline(points: Gauge['points'], top: number, limit: number): TemplateResult {
  const y = (value: number): string => (HEIGHT - 1 - (value / top) * (HEIGHT - 2)).toFixed(1);
  const shown = points.filter(({ agoSec }) => agoSec <= SHOWN_SEC);
  const line = shown.map(
    ({ agoSec, value }) => `${(WIDTH * (1 - agoSec / SHOWN_SEC)).toFixed(1)},${y(value)}`,
  );
  return svg`<line class="live-gauge-limit" x1="0" x2=${WIDTH} y1=${y(limit)} y2=${y(limit)} />
    <polyline points=${line.join(' ')} />`;
}

function factsOf(last: MediaSample): readonly (readonly [string, string])[] {
  const { received, lost, late, reordered, duplicate, strangers, concealedFrames, lateness } = last;
  return [
    [msg('Пакетов'), formatCount(received)],
    [msg('Потеряно'), formatCount(lost)],
    [msg('Опоздало'), formatCount(late)],
    [msg('Не по порядку'), formatCount(reordered)],
    [msg('Повторов'), formatCount(duplicate)],
    [msg('Чужих'), formatCount(strangers)],
    [msg('Заменено кадров'), formatCount(concealedFrames)],
    [msg('Буфер добавляет'), formatMs(last.bufferMs)],
    [msg('Наших пакетов'), formatCount(last.sent)],
    [msg('Наше обычное опоздание'), formatMs(lateness.p50Ms)],
    [msg('Наше худшее опоздание'), formatMs(lateness.worstMs)],
  ];
}
