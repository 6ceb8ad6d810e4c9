import { msg, str } from '@lit/localize';
import { html, nothing, type TemplateResult } from 'lit';
import type { About } from '../../api/types.ts';
import { serverWords } from '../../i18n/server-words.ts';
import { notice } from '../../ui/notice.ts';
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

/** The notice over the form; nothing where everything is real. `choose` puts a number into the phone field. */
export function aboutNotice(about: About, choose: (phone: string) => void): TemplateResult | typeof nothing {
  const said = noticesOf(about);
  if (said.length === 0 && !about.telephony.simulated) return nothing;
  return notice(
    'info',
    html`${said.map((text) => html`<p>${serverWords(text)}</p>`)}
    ${about.telephony.simulated ? callers(choose) : nothing}`,
  );
}

function callers(choose: (phone: string) => void): TemplateResult {
  return html`<details class="callers" ?open=${!matchMedia('(max-width: 40rem)').matches}>
    <summary>${msg('Кто ответит: зависит от последних четырёх цифр номера')}</summary>
    <ul>
      ${simulatedCallers().map(
        ({ digits, who }) =>
          html`<li>
            <button
              type="button"
              class="chip"
              aria-label=${msg(str`Подставить номер на ${digits}: ${who}`)}
              @click=${() => choose(simulatedPhone(digits))}
            >
              <b>${digits}</b> ${who}
            </button>
          </li>`,
      )}
    </ul>
    <p class="callers-rest">
      ${msg('Любой другой номер — один из первых четырёх собеседников, всегда один и тот же.')}
    </p>
  </details>`;
}
