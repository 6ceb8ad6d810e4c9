import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { About } from '../../api/types.ts';
import { serverWords } from '../../i18n/server-words.ts';
import { icon } from '../../ui/icon.ts';
import { simulatedCallers, simulatedPhone } from './simulated-callers.ts';

/** What of the product is simulated or offline here, in the server's own words, each said once. */
export function noticesOf(about: About): readonly string[] {
  const said =
    about.notices.length > 0
      ? about.notices
      : [
          about.telephony.simulated ? about.telephony.notice : '',
          about.speech.set === 'offline' ? about.speech.notice : '',
        ];
  return [...new Set(said.map((text) => text.trim()).filter((text) => text !== ''))];
}

/** Beside the form; nothing where everything is real. `choose` puts a number into the phone field. */
export function aboutPanel(about: About, choose: (phone: string) => void): TemplateResult | typeof nothing {
  const said = noticesOf(about);
  if (said.length === 0 && !about.telephony.simulated) return nothing;
  return html`${about.telephony.simulated ? callers(choose) : nothing}
  ${
    said.length === 0
      ? nothing
      : html`<section class="panel" aria-labelledby="about-title">
          <h2 id="about-title" class="panel-title">${icon('info')} ${msg('Что здесь настоящее')}</h2>
          <ul class="about-list">
            ${said.map((text) => html`<li>${serverWords(text)}</li>`)}
          </ul>
        </section>`
  }`;
}

/** Whom a number reaches on a simulated line. */
function callers(choose: (phone: string) => void): TemplateResult {
  const all = simulatedCallers();
  return html`<section class="panel callers" aria-labelledby="callers-title">
    <h2 id="callers-title" class="panel-title">${icon('people')} ${msg('Кто ответит на звонок')}</h2>
    <p class="panel-note">${msg('Линия смоделирована: собеседника выбирают последние цифры номера.')}</p>
    <ul class="callers-list">
      ${all.filter(({ digits }) => digits.startsWith('000')).map((one) => caller(one, choose))}
    </ul>
    <details>
      <summary>${msg('Когда дозвониться не выходит')}</summary>
      <ul class="callers-list">
        ${all.filter(({ digits }) => !digits.startsWith('000')).map((one) => caller(one, choose))}
      </ul>
    </details>
    <p class="panel-note">
      ${msg('Любой другой номер — один из первых четырёх собеседников, всегда один и тот же.')}
    </p>
  </section>`;
}

function caller(
  { digits, who }: { readonly digits: string; readonly who: string },
  choose: (phone: string) => void,
): TemplateResult {
  return html`<li>
    <button
      type="button"
      class="chip"
      aria-label=${msg(str`Подставить номер на ${digits}: ${who}`)}
      @click=${() => choose(simulatedPhone(digits))}
    >
      <b>${digits}</b> ${who}
    </button>
  </li>`;
}
