import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { OpsCall } from '../../api/types.ts';
import { badge } from '../../ui/badge.ts';
import { DASH, formatDateTime, formatDuration, formatGap } from '../../ui/format.ts';
import { lineWords, ownName } from '../../ui/words.ts';

export interface CallListOptions {
  readonly calls: readonly OpsCall[];
  readonly opened: string | null;
  /** The server's wall time. */
  readonly nowMs: number;
}

/** Live calls, then the last ones that have ended; each opens by its link. */
export function callList(options: CallListOptions): TemplateResult {
  const live = options.calls.filter((call) => call.ended_at === null);
  const ended = options.calls.filter((call) => call.ended_at !== null);
  return html`<div class="ops-lists">
    ${table(msg('Идут сейчас'), live, options, msg('Сейчас звонков нет.'))}
    ${table(msg('Закончились'), ended, options, msg('Законченных звонков ещё нет.'))}
  </div>`;
}

function table(
  title: string,
  calls: readonly OpsCall[],
  options: CallListOptions,
  none: string,
): TemplateResult {
  return html`<section class="card" aria-label=${title}>
    <h2>${title}</h2>
    ${
      calls.length === 0
        ? html`<p>${none}</p>`
        : html`<div class="ops-table" tabindex="0" role="group" aria-label=${title}>
            <table>
              <thead>
                <tr>
                  <th scope="col">${msg('Номер')}</th>
                  <th scope="col">${msg('Состояние')}</th>
                  <th scope="col">${msg('Длительность')}</th>
                  <th scope="col">${msg('Язык')}</th>
                  <th scope="col">${msg('Последняя пауза')}</th>
                </tr>
              </thead>
              <tbody>
                ${calls.map((call) => row(call, options))}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}

function row(call: OpsCall, { opened, nowMs }: CallListOptions): TemplateResult {
  const { call_id: id, last_gap_ms: gap, started_at: startedAt } = call;
  const lasted =
    call.duration_sec ??
    (startedAt === null ? null : Math.max(0, Math.round((nowMs - Date.parse(startedAt)) / 1000)));
  const state = leafOf(call.states);
  return html`<tr aria-current=${id === opened ? 'true' : nothing}>
    <th scope="row">
      <a href="#/ops/${encodeURIComponent(id)}">${call.phone}</a>
      <small>${formatDateTime(call.created_at)}</small>
    </th>
    <td>
      ${badge(lineWords(call.status), call.ended_at === null ? 'good' : 'plain')}
      ${state === undefined ? nothing : html`<code>${state}</code>`}
      ${call.ended_at === null && call.started_at !== null && !call.here ? html`<small>${msg('в другом процессе')}</small>` : nothing}
    </td>
    <td>${formatDuration(lasted)}</td>
    <td>${ownName(call.spoken_language)}</td>
    <td>${gap === null ? DASH : formatGap(gap)}</td>
  </tr>`;
}

/** Where the conversation is; before it begins, the line. */
function leafOf(states: readonly string[]): string | undefined {
  const of = (region: string): string | undefined =>
    states
      .find((state) => state.startsWith(`live.${region}.`))
      ?.split('.')
      .slice(2)
      .join('.');
  const talk = of('conversation');
  return talk === undefined || talk === 'waiting' ? of('line') : talk.replace(/^held\.(talking\.)?/, '');
}
