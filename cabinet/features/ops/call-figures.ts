import { msg } from '@lit/localize';
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { CallEvent, CallEventOf } from '../../../engine/contract/call-event.ts';
import { REPLY_STAGES } from '../../../engine/contract/reply-waits.ts';
import { formatCount, formatGap, formatMs } from '../../ui/format.ts';
import { replyWaits, type WaitBefore } from './waterfall.ts';

/** V5: the longest pause that is allowed. */
const LIMIT_MS = 2_000;

/** Each reply's pause, and what it was spent on. */
export function waterfall(events: readonly CallEvent[]): TemplateResult | typeof nothing {
  const replies = replyWaits(events);
  if (replies.length === 0) return nothing;
  const most = Math.max(LIMIT_MS, ...replies.map(({ gapMs }) => gapMs));
  const heads = [
    msg('Ответ'),
    msg('Пауза перед ним'),
    msg('Конец реплики'),
    msg('Распознавание'),
    msg('Ответ и голос'),
  ];
  return html`<div class="card ops-waterfall" tabindex="0" role="region" aria-label=${msg('Паузы по частям')}>
    <h3>${msg('Паузы по частям')}</h3>
    <table>
      <thead>
        <tr>
          ${heads.map((head, at) => html`<th scope="col" class=${at === 0 ? nothing : `ops-part-${at}`}>${head}</th>`)}
          <td></td>
        </tr>
      </thead>
      <tbody>
        ${replies.map((one) => replyRow(one, most))}
      </tbody>
    </table>
  </div>`;
}

function replyRow({ utterance, gapMs, parts }: WaitBefore, most: number): TemplateResult {
  const times = parts.length === 0 ? REPLY_STAGES.map(() => undefined) : parts.map(({ ms }) => ms);
  const began = (at: number): number => parts.slice(0, at).reduce((sum, { ms }) => sum + ms, 0);
  return html`<tr>
    <th scope="row">${utterance}</th>
    ${[gapMs, ...times].map((ms) => html`<td>${ms === undefined ? '—' : formatGap(ms)}</td>`)}
    <td class="ops-bar">
      <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
        ${parts.map(
          ({ ms }, at) =>
            svg`<rect class="ops-bar-${at + 1}" x=${(began(at) / most) * 100} y="1" width=${(ms / most) * 100} height="8" />`,
        )}
      </svg>
    </td>
  </tr>`;
}

/** What the network did to the caller's sound: known when the call has ended. */
export function mediaFacts(events: readonly CallEvent[]): TemplateResult | typeof nothing {
  const measured = events.find((one): one is CallEventOf<'media.measured'> => one.type === 'media.measured');
  if (measured === undefined) return nothing;
  const { packets, lost, late, strangers, concealedFrames, jitterMs } = measured;
  const figures: readonly (readonly [string, string])[] = [
    [msg('Пакетов'), formatCount(packets)],
    [msg('Потеряно'), formatCount(lost)],
    [msg('Опоздало'), formatCount(late)],
    [msg('Чужих'), formatCount(strangers)],
    [msg('Заменено кадров'), formatCount(concealedFrames)],
    [msg('Джиттер'), formatMs(jitterMs)],
  ];
  return html`<div class="card">
    <h3>${msg('Звук абонента в сети')}</h3>
    ${facts(figures)}
  </div>`;
}

/** Names and their values in a row. */
export function facts(figures: readonly (readonly [string, string])[]): TemplateResult {
  return html`<dl class="ops-media">
    ${figures.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
