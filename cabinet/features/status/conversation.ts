import { msg } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { replyGauge } from './reply-gauge.ts';
import { hasEnded, speakerNow, type LiveLine, type LiveView } from './live-view.ts';

const speakerName = (speaker: LiveLine['speaker']): string =>
  speaker === 'assistant' ? 'HALO' : msg('Клиент');

/**
 * The conversation line by line, as it happens. What is seen changes with every sentence, so a screen reader gets each
 * line apart and once, when it has been said.
 */
export function conversation(view: LiveView): TemplateResult {
  const said = view.lines.findLast(({ state }) => state === 'said');
  return html`<section class="card conversation" aria-labelledby="words-title">
    <h2 id="words-title">${msg('Разговор')}</h2>
    <div class="live-words" role="log" aria-live="off" aria-labelledby="words-title" tabindex="0">
      ${
        view.lines.length === 0
          ? html`<p class="empty">${emptyWords(view)}</p>`
          : html`<ol class="transcript">
              ${repeat(
                view.lines,
                ({ key }) => key,
                (line) => spokenLine(line, view),
              )}
            </ol>`
      }
    </div>
    <p class="said-aloud" aria-live="polite">
      ${said === undefined ? nothing : `${speakerName(said.speaker)}: ${wordsOf(said, view)}`}
    </p>
  </section>`;
}

function spokenLine(line: LiveLine, view: LiveView): TemplateResult {
  const { speaker, mark, gapMs } = line;
  return html`<li
    class="line line-${speaker} line-${line.state} ${mark === null ? '' : `line-${mark}`}"
    data-line=${line.key}
  >
    <div class="line-who">
      <span class="line-speaker">${speakerName(speaker)}</span>
      ${gapMs === null ? nothing : replyGauge(gapMs)}
      ${mark === 'filler' ? html`<span class="line-mark">${msg('заполняет паузу')}</span>` : nothing}
      ${mark === 'cut' ? html`<span class="line-mark">${msg('клиент перебил')}</span>` : nothing}
    </div>
    <p class="line-text">${wordsOf(line, view)}</p>
  </li>`;
}

function wordsOf(line: LiveLine, view: LiveView): string {
  if (line.mark === 'unclear') return msg('[неразборчиво]');
  if (line.text !== '') return line.text;
  if (line.speaker === 'assistant') return '…';
  return speakerNow(view) === 'caller' ? msg('говорит…') : msg('распознаём…');
}

function emptyWords(view: LiveView): string {
  if (hasEnded(view)) return msg('Разговора не было.');
  return view.status === 'in_progress'
    ? msg('Трубку сняли. Первые слова появятся сейчас.')
    : msg('Слова появятся здесь, как только абонент ответит.');
}
