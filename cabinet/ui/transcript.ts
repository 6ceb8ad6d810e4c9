import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { SpokenLine } from '../api/types.ts';
import { formatGap } from './format.ts';

export interface TranscriptShown extends SpokenLine {
  readonly gap_ms?: number | null;
}

/** A conversation as a dialogue. `gap_ms`, where it is known, is the pause the caller heard before the reply. */
export function transcript(lines: readonly TranscriptShown[]): TemplateResult {
  return html`<ol class="transcript">
    ${lines.map(
      ({ speaker, text, gap_ms: gapMs }) =>
        html`<li class="line line-${speaker}">
          <div class="line-who">
            <span class="line-speaker">${speaker === 'assistant' ? 'HALO' : msg('Клиент')}</span>
            ${
              gapMs === undefined || gapMs === null
                ? nothing
                : html`<span class="line-gap">${msg(str`ответ через ${formatGap(gapMs)}`)}</span>`
            }
          </div>
          <p class="line-text">${text === '' ? '…' : text}</p>
        </li>`,
    )}
  </ol>`;
}
